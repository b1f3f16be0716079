import { either as E } from 'fp-ts';
import type { Port, PortAdded, SwitchFailure } from '../../domain/port/switch.ts';
import { isApplied } from './confirmation.ts';
import { vlanColumns } from './guarded.ts';
import { portMulticast } from './multicast.ts';
import { expectNames, insert, mutate, type Operation } from './operations.ts';
import { isOurs, owner } from './owner.ts';
import type { PortRow } from './rows.ts';
import type { Live, Session } from './session.ts';
import { unreachable } from './transact.ts';
import { type LettingGo, unplugPort } from './unplug-port.ts';
import { replicaLagMs, until, type Waited } from './until.ts';
import { map, named, set } from './value.ts';

type Outcome = E.Either<SwitchFailure, PortAdded>;

/**
 * Plugs the interface in and waits for the switch. A port of ours that has the name already is taken out first, and
 * ovs-vswitchd waited for: its old port may be attached to a link of that name that is gone.
 */
export const addPort = async (
  session: Session,
  lettingGo: LettingGo,
  port: Port,
  timeoutMs: number,
  waiting: () => void = () => undefined,
): Promise<Outcome> => {
  const startedAt = performance.now();
  const leftMs = (): number => Math.max(0, timeoutMs - (performance.now() - startedAt));
  const failed = (reason: string): Outcome => E.left({ type: 'port-failed', name: port.name, reason });

  const current = await session.live();
  if (E.isLeft(current)) return current;
  const live = current.right;
  const cleared = await clearName(live, lettingGo, port.name, leftMs);
  if (E.isLeft(cleared)) return cleared;

  const transactedAt = performance.now();
  const results = await live.transact(plugIn(port));
  const transactMs = performance.now() - transactedAt;
  if (E.isLeft(results)) {
    if (results.left.type === 'switch-unreachable') return E.left(results.left);
    if (results.left.operation === 0) return E.left({ type: 'bridge-missing', bridge: port.bridge });
    return E.left(await explain(live, port.name, results.left.reason));
  }
  const [interfaceId, portId] = [results.right[1]?.uuid?.[1] ?? '', results.right[2]?.uuid?.[1] ?? ''];

  waiting();
  const attached = await untilAttached(live, interfaceId, leftMs());
  if (attached.type === 'ended') return E.left(unreachable(attached.reason));
  const seen: Attached =
    attached.type === 'seen'
      ? attached.value
      : { type: 'not-attached', error: `ovs-vswitchd has not attached it within ${timeoutMs} ms` };
  if (seen.type === 'attached') {
    const waitMs = performance.now() - startedAt - transactMs;
    return E.right({ ofport: seen.ofport, transactMs, waitMs });
  }
  if (seen.type === 'removed') return E.left({ type: 'port-removed', name: port.name });
  const removed = await unplugPort(live, lettingGo, { uuid: portId, name: port.name });
  return failed(
    E.isLeft(removed) ? `${seen.error}; and its removal failed: ${removed.left.reason}` : seen.error,
  );
};

/** Refused at its first operation when the bridge is missing. */
const plugIn = (port: Port): ReadonlyArray<Operation> => [
  expectNames('Bridge', [['name', '==', port.bridge]], [port.bridge]),
  insert('Interface', 'interface', {
    name: port.name,
    ...(port.number === undefined ? {} : { ofport_request: port.number }),
    ...(port.internal === undefined
      ? {}
      : { type: 'internal', mac: port.internal.mac, mtu_request: port.internal.mtu }),
  }),
  insert('Port', 'port', {
    name: port.name,
    interfaces: set([named('interface')]),
    protected: port.protected,
    ...vlanColumns(port.guarded, port),
    other_config: map(portMulticast),
    external_ids: map({ ...port.externalIds, ...owner }),
  }),
  mutate('Bridge', [['name', '==', port.bridge]], ['ports', 'insert', set([named('port')])]),
];

/** Right when neither the database nor, as far as we caused it, ovs-vswitchd holds the name. */
const clearName = async (
  live: Live,
  lettingGo: LettingGo,
  name: string,
  leftMs: () => number,
): Promise<E.Either<SwitchFailure, void>> => {
  const failed = (reason: string) => E.left<SwitchFailure>({ type: 'port-failed', name, reason });
  const present = live.replica.port(name);
  if (present !== undefined) {
    if (!isOurs(present)) return E.left({ type: 'foreign-port', name });
    const removed = await unplugPort(live, lettingGo, present);
    if (E.isLeft(removed)) {
      if (removed.left.type === 'switch-unreachable') return E.left(removed.left);
      // Refused because it is gone already: the replica will show that.
      const gone = await until(live, replicaLagMs, (replica) =>
        replica.port(name) === present ? undefined : true,
      );
      if (gone.type !== 'seen') return failed(removed.left.reason);
    }
  }
  const cfg = lettingGo.get(name);
  if (cfg === undefined) return E.right(undefined);
  const letGo = await until(live, leftMs(), (replica) => (isApplied(replica, cfg) ? true : undefined));
  if (letGo.type === 'ended') return E.left(unreachable(letGo.reason));
  return letGo.type === 'timed-out'
    ? failed('ovs-vswitchd has not let go of its predecessor in time')
    : E.right(undefined);
};

type Attached =
  | { readonly type: 'attached'; readonly ofport: number }
  | { readonly type: 'removed' }
  | { readonly type: 'not-attached'; readonly error: string };

const untilAttached = (live: Live, interfaceId: string, timeoutMs: number): Promise<Waited<Attached>> => {
  let present = false;
  return until(live, timeoutMs, (replica) => {
    const row = replica.interface(interfaceId);
    if (row === undefined) return present ? { type: 'removed' } : undefined;
    present = true;
    if (row.error !== undefined) return { type: 'not-attached', error: row.error };
    return row.ofport === undefined ? undefined : { type: 'attached', ofport: row.ofport };
  });
};

/** A refusal for the name's sake: somebody else took it since we looked, or an interface of another port has it. */
const explain = async (live: Live, name: string, reason: string): Promise<SwitchFailure> => {
  const taken = await until(
    live,
    replicaLagMs,
    (replica): PortRow | 'interface' | undefined =>
      replica.port(name) ?? (replica.interfaceNamed(name) === undefined ? undefined : 'interface'),
  );
  const isForeign = taken.type === 'seen' && (taken.value === 'interface' || !isOurs(taken.value));
  return isForeign ? { type: 'foreign-port', name } : { type: 'port-failed', name, reason };
};
