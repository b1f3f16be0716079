import { either as E } from 'fp-ts';
import type { Bridge, SwitchFailure } from '../../domain/port/switch.ts';
import { correctBridge, createBridge } from './bridge-operations.ts';
import { askForConfirmation, isApplied, requestedCfg } from './confirmation.ts';
import { expectNames } from './operations.ts';
import type { Replica } from './replica.ts';
import type { Live, Session } from './session.ts';
import { unreachable } from './transact.ts';
import { replicaLagMs, until } from './until.ts';
import { uuid } from './value.ts';

type Outcome = E.Either<SwitchFailure, void>;

/** How often another writer may get in between before we give up. */
const tries = 5;

/**
 * Makes or corrects the bridge in one transaction and waits until ovs-vswitchd has applied it. A bridge that is right,
 * and that ovs-vswitchd has confirmed since we connected, costs nothing.
 */
export const ensureBridge = async (session: Session, bridge: Bridge, timeoutMs: number): Promise<Outcome> => {
  let reason = '';
  for (let tried = 0; tried < tries; tried++) {
    const current = await session.live();
    if (E.isLeft(current)) return current;
    const live = current.right;
    const row = live.replica.bridge(bridge.name);
    const operations = row === undefined ? createBridge(bridge) : correctBridge(live.replica, row, bridge);
    const isRight = row !== undefined && operations.length === 0 && live.confirmed.has(row.uuid);
    if (isRight && localState(live.replica, bridge.name) === 'attached') return E.right(undefined);

    const results = await live.transact([
      ...(row === undefined ? [] : [expectNames('Bridge', [['_uuid', '==', uuid(row.uuid)]], [row.name])]),
      ...operations,
      ...askForConfirmation,
    ]);
    if (E.isRight(results)) return confirm(live, bridge.name, requestedCfg(results.right), timeoutMs);
    if (results.left.type === 'switch-unreachable') return E.left(results.left);
    // Somebody else made or removed it since we looked: look again once the replica shows that.
    reason = results.left.reason;
    await until(live, replicaLagMs, (replica) => (replica.bridge(bridge.name) === row ? undefined : true));
  }
  return failed(bridge.name, `the database refused it: ${reason}`);
};

/** Waits for `cur_cfg` and not only for `ofport`: after a reboot the database still has the `ofport` of before. */
const confirm = async (live: Live, name: string, cfg: number, timeoutMs: number): Promise<Outcome> => {
  const waited = await until(live, timeoutMs, (replica) => {
    const state = isApplied(replica, cfg) ? localState(replica, name) : 'unknown';
    return state === 'unknown' ? undefined : state;
  });
  if (waited.type === 'ended') return E.left(unreachable(waited.reason));
  if (waited.type === 'timed-out')
    return failed(
      name,
      isApplied(live.replica, cfg)
        ? 'ovs-vswitchd could not make it: see its log; does this machine have the datapath type?'
        : `ovs-vswitchd has not applied it within ${timeoutMs} ms: is it running?`,
    );
  if (waited.value !== 'attached') return failed(name, waited.value.error);
  const row = live.replica.bridge(name);
  if (row !== undefined) live.confirmed.add(row.uuid);
  return E.right(undefined);
};

const localState = (replica: Replica, name: string): 'attached' | 'unknown' | { readonly error: string } => {
  const local = replica.interfaceNamed(name);
  if (local?.error !== undefined) return { error: local.error };
  return local?.ofport === undefined || replica.bridge(name) === undefined ? 'unknown' : 'attached';
};

const failed = (bridge: string, reason: string): Outcome => E.left({ type: 'bridge-failed', bridge, reason });
