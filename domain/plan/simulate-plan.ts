import { either as E } from 'fp-ts';
import type { WantedConfiguration } from '../cluster/configuration.ts';
import { familiesOf, poolsOf } from '../cluster/family-pools.ts';
import type { UnreadableEvent } from '../event.ts';
import type { LeanEvent } from '../port/log-reader.ts';
import { demand } from './demands.ts';
import { decideInPlan, emptyPlan } from './plan-cluster.ts';
import { type PlanReport, perNode, reuseOf, useOf } from './plan-figures.ts';

/** Where it stopped; lean events have no id, so that of `cause` is empty. */
export type NotSimulated = { readonly position: number; readonly cause: UnreadableEvent };

/**
 * Plays a history's joins, leaves, ADDs and DELs, at their own times, through the real deciders under another configuration.
 * Addresses that were asked for by name are of the old configuration, so the policy chooses for them. A node that is refused a
 * subnet asks again with its next pod.
 */
export const simulatePlan = (
  configuration: WantedConfiguration,
  history: Iterable<ReadonlyArray<LeanEvent>>,
  tick: (done: number) => void = () => {},
): E.Either<NotSimulated, PlanReport> => {
  const plan = emptyPlan();
  decideInPlan(plan, { type: 'configure', ...configuration }, { at: '', position: -1 });
  let events = 0;
  let from: string | undefined;
  let to: string | undefined;
  for (const page of history) {
    for (const event of page) {
      const cause = demand(plan, event);
      if (cause !== undefined) return E.left({ position: event.position, cause });
      from ??= event.recordedAt;
      to = event.recordedAt;
    }
    events += page.length;
    tick(events);
  }
  const { figures } = plan;
  const never = [...figures.refusedNodes].filter((node) => useOf(figures, node).capacity === 0n);
  const rooms = familiesOf(plan.state).map((family) =>
    poolsOf(plan.state, family).reduce((sum, { pool }) => sum + Number(pool.row.count), 0),
  );
  return E.right({
    events,
    from,
    to,
    nodes: {
      asked: figures.askedNodes.size,
      refused: figures.refusedNodes.size,
      neverPlaced: never.length,
    },
    subnets: { capacity: Math.min(...rooms), ...figures.subnets },
    pods: figures.pods,
    firstNodeRefused: figures.firstNode,
    firstPodRefused: figures.firstPod,
    reuse: reuseOf(figures),
    perNode: perNode(figures),
  });
};
