import { either as E } from 'fp-ts';
import type { StreamFailure } from '../stream-failure.ts';

/** This node's own log cannot be read or written now, mostly because its disk is full: no fault of the ledger's. */
export type OwnLogFailed = { readonly type: 'own-log-failed'; readonly reason: string };

/** What the own log answers to who follows a ledger as well, where `unavailable` would mean either of them. */
export const ofOwnLog = <Failure extends { readonly type: string }, A>(
  answered: E.Either<StreamFailure | Failure, A>,
): E.Either<StreamFailure | Failure | OwnLogFailed, A> =>
  E.mapLeft((failure: StreamFailure | Failure) =>
    failure.type === 'unavailable' && 'reason' in failure
      ? { type: 'own-log-failed' as const, reason: String(failure.reason) }
      : failure,
  )(answered);
