import { either as E } from 'fp-ts';
import { isOwnCookie } from '../../domain/ovs/cookie.ts';
import type { FlowChange } from '../../domain/ovs/flow.ts';
import type { FlowTable, FlowTableFailure } from '../../domain/port/flow-table.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails, type Operation } from './faults.ts';
import { listenTo, type SwitchState } from './switch-state.ts';

const apply = (state: SwitchState, change: FlowChange, step: number): void => {
  const { flows, guarded } = state;
  if (change.type === 'add') {
    flows.set(JSON.stringify([change.flow.priority, change.flow.match]), change.flow);
    guarded.set(change.flow.cookie, step);
  } else for (const [key, { cookie }] of [...flows]) if (cookie === change.cookie) flows.delete(key);
};

/** One connection: what goes out on it is done in its order, however late its answers are heard. */
export const openFlowTable = (
  state: SwitchState,
  faults: Faults,
  loop: Loop,
  owner: Owner,
  step: () => number,
): FlowTable => {
  type Answer<A> = E.Either<FlowTableFailure, A>;
  const unreachable = E.left<FlowTableFailure>({ type: 'flows-unreachable', reason: 'no such socket' });
  const sent: Array<() => void> = [];
  const unlisten = new Set<() => void>();

  const attempt = <A>(operation: Operation, label: string, effect: () => A): Promise<Answer<A>> => {
    let answer: Answer<A> = unreachable;
    const run = (): void => {
      answer =
        faults.switchUnreachable || fails(faults, operation) ? unreachable : E.right<never, A>(effect());
    };
    sent.push(run);
    const upToThis = (): Answer<A> => {
      for (let next = sent.indexOf(run); next >= 0; next -= 1) sent.shift()?.();
      return answer;
    };
    return loop.change(owner, `flows ${label}`, upToThis, true);
  };

  const ours = (cookie?: string) =>
    [...state.flows.values()]
      .filter((flow) => isOwnCookie(flow.cookie) && (cookie === undefined || flow.cookie === cookie))
      .map((flow) => ({ cookie: flow.cookie, flow }));

  return {
    flows: (cookie) => () => attempt('flows read', 'looked at', () => ours(cookie)),
    count: () => () => attempt('flows read', 'counted', () => ours().length),
    change: (changes) => async () => {
      if (changes.length === 0) return E.right(undefined);
      return attempt('flows', 'written', () => {
        for (const change of changes) apply(state, change, step());
      });
    },
    onChange: (listener) => {
      const stop = listenTo(state.flowListeners, loop, owner, () => listener('any'));
      unlisten.add(stop);
      return stop;
    },
    close: async () => {
      for (const stop of unlisten) stop();
    },
  };
};
