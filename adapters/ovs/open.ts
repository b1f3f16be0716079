import { either as E } from 'fp-ts';
import type { PortSeen, Switch, SwitchFailure } from '../../domain/port/switch.ts';
import { addPort } from './add-port.ts';
import { makeCoalesced } from './coalesce.ts';
import { ensureBridge } from './ensure-bridge.ts';
import { isGuarded, vlansOf } from './guarded.ts';
import { isOurs, withoutMark } from './owner.ts';
import { removePort } from './remove-port.ts';
import type { Replica } from './replica.ts';
import { openSession } from './session.ts';
import { setGuarded } from './set-guarded.ts';
import { makeSpareNumbers } from './spare-number.ts';
import type { LettingGo } from './unplug-port.ts';

export type SwitchOptions = {
  /** Where OVSDB listens: `/var/run/openvswitch/db.sock`. */
  readonly socketPath: string;
  /** For ovs-vswitchd to make a bridge, or to change ports; 10 s unless given. */
  readonly bridgeTimeoutMs?: number;
  /** For the database to connect, and to give each answer; 5 s unless given. */
  readonly answerTimeoutMs?: number;
  /** The longest pause before connecting again; 2 s unless given. Each call connects at once. */
  readonly lastPauseMs?: number;
};

/**
 * The switch behind this socket. Connects by itself, now and whenever the connection is lost; meanwhile every call is
 * `switch-unreachable` with the reason. What was in flight when the connection was lost is `switch-unreachable` too, and
 * may or may not have been done: `addPort` and `removePort` may simply be called again.
 */
export const openSwitch = (options: SwitchOptions): Switch => {
  const changes = makeCoalesced<void>(() => undefined);
  const session = openSession({
    socketPath: options.socketPath,
    answerTimeoutMs: options.answerTimeoutMs ?? 5_000,
    firstPauseMs: 50,
    lastPauseMs: options.lastPauseMs ?? 2_000,
    onChange: changes.tell,
  });
  const lettingGo: LettingGo = new Map();
  const spareNumber = makeSpareNumbers();
  const bridgesUnderWay = new Map<string, Promise<E.Either<SwitchFailure, void>>>();

  const look = async <A>(question: (replica: Replica) => A): Promise<E.Either<SwitchFailure, A>> => {
    const live = await session.live();
    return E.isLeft(live) ? live : E.right(question(live.right.replica));
  };

  return {
    ensureBridge: (bridge) => () => {
      const key = JSON.stringify([bridge.name, bridge.datapathType, bridge.hwaddr, bridge.mtu]);
      const underWay =
        bridgesUnderWay.get(key) ??
        ensureBridge(session, bridge, options.bridgeTimeoutMs ?? 10_000).finally(() =>
          bridgesUnderWay.delete(key),
        );
      bridgesUnderWay.set(key, underWay);
      return underWay;
    },
    spareNumber: () => () => look(spareNumber),
    addPort: (port, timeoutMs, waiting) => () => addPort(session, lettingGo, port, timeoutMs, waiting),
    setGuarded: (names, guarded, vlans) => () =>
      setGuarded(session, names, guarded, vlans ?? new Map(), options.bridgeTimeoutMs ?? 10_000),
    removePort: (name) => () => removePort(session, lettingGo, name),
    ports: () => () => look(portsSeen),
    bridges: () => () => look((replica) => replica.bridges().map(({ name }) => name)),
    onChange: changes.listen,
    close: async () => {
      changes.close();
      session.close();
    },
  };
};

const portsSeen = (replica: Replica): ReadonlyArray<PortSeen> =>
  replica
    .ports()
    .filter(isOurs)
    .map((port) => {
      const { vlan: tag, trunk } = vlansOf(port);
      const attached = replica.interface([...port.interfaces][0] ?? '');
      return {
        bridge: replica.bridgeOf(port)?.name ?? '',
        name: port.name,
        externalIds: withoutMark(port),
        guarded: isGuarded(port),
        tag,
        trunk,
        ofport: attached?.ofport,
        error: attached?.error,
      };
    });
