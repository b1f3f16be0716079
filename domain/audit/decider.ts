import type { Decider } from '../decider.ts';
import type { AuditCommand } from './command.ts';
import { decide } from './decide.ts';
import type { AuditEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { AuditFailure } from './failure.ts';
import { type AuditState, initialState } from './state.ts';

/** One log's redactions, as its audit stream has them. */
export const audit: Decider<AuditCommand, AuditEvent, AuditState, AuditFailure> = {
  initialState,
  evolve,
  decide,
};
