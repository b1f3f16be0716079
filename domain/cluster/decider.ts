import type { Decider } from '../decider.ts';
import type { ClusterCommand } from './command.ts';
import { decide } from './decide.ts';
import type { ClusterEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { ClusterFailure } from './failure.ts';
import { type ClusterState, initialState } from './state.ts';

/** Which node holds which subnet and host address in one cluster. */
export const cluster: Decider<ClusterCommand, ClusterEvent, ClusterState, ClusterFailure> = {
  initialState,
  evolve,
  decide,
};
