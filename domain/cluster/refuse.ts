import { firstReader } from '../reader.ts';
import type { Command } from './command.ts';
import type { ClusterEvent } from './events.ts';
import { describeClusterFailure } from './failure.ts';
import type { RequestRefused } from './refused-events.ts';
import type { ClusterState } from './state.ts';

/** The first generation of programs that reads `RequestRefused`. */
const refusedReader = 6;

/** A life that asks again and again, and is always told the same, fills no log. */
const isSaid = ({ refusals }: ClusterState, event: RequestRefused): boolean => {
  const last = refusals.get(event.incarnation);
  return (
    last?.node === event.node &&
    last.failure === event.failure &&
    last.reason === event.reason &&
    last.remedy === event.remedy
  );
};

/** Nothing where older programs read along, and where this life was told the same last. */
export const refuse = (
  state: ClusterState,
  { node, incarnation, request, failure }: Command<'refuse'>,
): ReadonlyArray<ClusterEvent> => {
  if ((state.configuration?.minReader ?? firstReader) < refusedReader) return [];
  const { msg: reason, remedy } = describeClusterFailure(failure);
  const event: RequestRefused = {
    type: 'RequestRefused',
    node,
    incarnation,
    request,
    failure: failure.type,
    reason,
    remedy,
  };
  return isSaid(state, event) ? [] : [event];
};

/** Lives have no number: who invents some must not make the state grow. */
export const mostRefusals = 1000;

/** The newest come last, and the oldest go first. */
export const recordRefusal = ({ refusals }: ClusterState, { type: _, ...refusal }: RequestRefused): void => {
  refusals.delete(refusal.incarnation);
  refusals.set(refusal.incarnation, refusal);
  const [oldest] = refusals.keys();
  if (refusals.size > mostRefusals && oldest !== undefined) refusals.delete(oldest);
};

/** The allocator has since decided for the node: what was refused to the life that is the member is of the past; with its leaving, all of it. */
export const settleRefusals = ({ refusals, members }: ClusterState, event: ClusterEvent): void => {
  switch (event.type) {
    case 'NodeJoined':
    case 'IncarnationReplaced':
    case 'SubnetLeased':
    case 'SubnetReleased':
    case 'NodePresented': {
      const life = 'incarnation' in event ? event.incarnation : members.get(event.node)?.incarnation;
      if (life !== undefined) refusals.delete(life);
      return;
    }
    case 'NodeLeft':
      for (const [life, { node }] of refusals) if (node === event.node) refusals.delete(life);
      return;
    default:
      return;
  }
};
