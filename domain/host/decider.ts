import type { Decider } from '../decider.ts';
import type { HostCommand } from './command.ts';
import { decide } from './decide.ts';
import type { HostEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { HostFailure } from './failure.ts';
import { type HostState, initialState } from './state.ts';

/** Which attachment holds which address on one node. */
export const host: Decider<HostCommand, HostEvent, HostState, HostFailure> = { initialState, evolve, decide };
