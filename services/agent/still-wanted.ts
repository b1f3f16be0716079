import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';

/** Refused once nobody waits for the ADD any more. */
export const stillWanted = (giveUp: AbortSignal): E.Either<Refusal, undefined> =>
  giveUp.aborted ? E.left({ type: 'given-up' }) : E.right(undefined);
