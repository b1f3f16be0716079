import { either as E } from 'fp-ts';
import type { AppendFailure, EventStore } from '../../domain/port/event-store.ts';
import type { LedgerLink } from '../../domain/port/ledger-link.ts';

/** `undefined` when the signal aborts before; what is opened later is closed. */
export const openLedger = async (
  link: Pick<LedgerLink, 'open'>,
  signal: AbortSignal,
): Promise<E.Either<AppendFailure, EventStore> | undefined> => {
  const opening = link.open();
  const given = Promise.withResolvers<undefined>();
  const giveUp = (): void => given.resolve(undefined);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  // The signal is as old as the agent: every try would leave its listener.
  const opened = await Promise.race([opening, given.promise]).finally(() =>
    signal.removeEventListener('abort', giveUp),
  );
  if (opened === undefined) void opening.then((late) => (E.isRight(late) ? late.right.close() : undefined));
  return opened;
};
