import { either as E } from 'fp-ts';
import type { Port, PortAdded, Switch, SwitchFailure } from '../../domain/port/switch.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails, type Operation } from './faults.ts';
import { listenTo, type PortRow, type SwitchState, tellListeners } from './switch-state.ts';

const vswitchd: Owner = { alive: true, name: 'ovs-vswitchd' };

export const openSwitch = (
  state: SwitchState,
  faults: Faults,
  loop: Loop,
  owner: Owner,
  world: { readonly hasLink: (name: string) => boolean; readonly step: () => number },
): Switch => {
  type Answer<A> = E.Either<SwitchFailure, A>;
  const { bridges, ports } = state;
  const unreachable: SwitchFailure = { type: 'switch-unreachable', reason: 'the connection was lost' };
  const mine = new Set<() => void>();

  /** In flight when the connection is lost or the agent dies, it may be done all the same. */
  const attempt = <A>(operation: Operation, name: string, effect: () => Answer<A>): Promise<Answer<A>> =>
    loop.change(
      owner,
      `${operation} ${name}`,
      () => (faults.switchUnreachable || fails(faults, operation) ? E.left(unreachable) : effect()),
      true,
    );

  const insert = (port: Port): Answer<PortRow> => {
    if (!bridges.has(port.bridge)) return E.left({ type: 'bridge-missing', bridge: port.bridge });
    const present = ports.get(port.name);
    if (present !== undefined && present.externalIds === undefined)
      return E.left({ type: 'foreign-port', name: port.name });
    const row: PortRow = {
      bridge: port.bridge,
      externalIds: port.externalIds,
      guarded: port.guarded,
      number: port.number,
      ofport: undefined,
      error: undefined,
    };
    ports.set(port.name, row);
    tellListeners(state);
    loop.soon(vswitchd, `ovs-vswitchd attaches ${port.name}`, () => attachAlone(port.name, row));
    return E.right(row);
  };

  /** It needs nobody who waits for it. */
  const attachAlone = (name: string, row: PortRow): void => {
    if (faults.switchSlow || row.ofport !== undefined || ports.get(name) !== row || !world.hasLink(name))
      return;
    // As where somebody else has the number meanwhile.
    const isTaken = row.number === undefined || row.number % 8 === 0;
    row.ofport = isTaken ? state.nextOfport++ : row.number;
    state.plugged.set(name, world.step());
    tellListeners(state);
  };

  const attach = (name: string, row: PortRow): Answer<PortAdded> => {
    const failed = (reason: string): Answer<PortAdded> => {
      if (ports.get(name) === row) ports.delete(name);
      tellListeners(state);
      return E.left({ type: 'port-failed', name, reason });
    };
    if (faults.switchUnreachable) return E.left(unreachable);
    if (ports.get(name) !== row) return E.left({ type: 'port-removed', name });
    if (faults.switchSlow) return failed('ovs-vswitchd has not attached it in time');
    if (!world.hasLink(name)) return failed(`could not open network device ${name}`);
    attachAlone(name, row);
    return E.right({ ofport: row.ofport ?? 0, transactMs: 0, waitMs: 0 });
  };

  const addPort = async (
    port: Port,
    timeoutMs: number,
    waiting: () => void = () => undefined,
  ): Promise<Answer<PortAdded>> => {
    const inserted = await attempt('addPort', port.name, () => insert(port));
    if (E.isLeft(inserted)) return inserted;
    const row = inserted.right;
    waiting();
    // A switch that is slow now may come round before the patience ends; a removal ends the wait.
    if (faults.switchSlow && ports.get(port.name) === row) {
      const removed = new AbortController();
      state.waits.set(port.name, removed);
      await loop.sleep(owner, timeoutMs, `patience with ${port.name}`, removed.signal);
    }
    return attempt('addPort', `${port.name} attached`, () => attach(port.name, row));
  };

  return {
    ensureBridge:
      ({ name }) =>
      () =>
        attempt('ensureBridge', name, () => {
          if (!bridges.has(name)) {
            bridges.add(name);
            tellListeners(state);
          }
          return E.right(undefined);
        }),
    // From the replica, without a question.
    spareNumber: () => async () =>
      faults.switchUnreachable ? E.left(unreachable) : E.right(state.nextSpare++),
    addPort: (port, timeoutMs, waiting) => () => addPort(port, timeoutMs, waiting),
    setGuarded: (names, guarded) => () =>
      attempt('setGuarded', names.join(), () => {
        for (const name of names) {
          const row = ports.get(name);
          if (row?.externalIds !== undefined) row.guarded = guarded;
        }
        tellListeners(state);
        return E.right(undefined);
      }),
    removePort: (name) => () =>
      attempt('removePort', name, () => {
        const present = ports.get(name);
        if (present === undefined) return E.right(undefined);
        if (present.externalIds === undefined) return E.left({ type: 'foreign-port', name });
        ports.delete(name);
        state.waits.get(name)?.abort();
        tellListeners(state);
        return E.right(undefined);
      }),
    ports: () => () =>
      attempt('ports', 'looked at', () =>
        E.right(
          [...ports].flatMap(([name, { externalIds, ...row }]) =>
            externalIds === undefined ? [] : [{ ...row, name, externalIds }],
          ),
        ),
      ),
    bridges: () => () => attempt('ports', 'bridges looked at', () => E.right([...bridges])),
    onChange: (listener) => {
      const stop = listenTo(state.listeners, loop, owner, listener);
      mine.add(stop);
      return stop;
    },
    close: async () => {
      for (const stop of mine) stop();
    },
  };
};
