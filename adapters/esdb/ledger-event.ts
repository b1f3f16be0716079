import { either as E } from 'fp-ts';
import { recordedEvent } from '../../domain/esdb/recorded-event.ts';
import type { ClientEventRead } from '../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { UnreadableEnvelope } from '../../domain/unreadable-envelope.ts';
import { type Calling, thrown } from './calling.ts';
import type { ReadAnswer } from './read-answer.ts';

/**
 * The ledger event that was read; `undefined` in a stream that is not ours. An EventStoreDB lets whoever has the right to a stream write
 * anything there: what of ours is none is named.
 */
export const readLedgerEvent = (
  { isOurs }: Pick<Calling, 'isOurs'>,
  read: ClientEventRead,
): E.Either<UnreadableEnvelope, RecordedEvent | undefined> => {
  if (!isOurs(read.stream)) return E.right(undefined);
  const recorded = recordedEvent(read);
  if (recorded !== undefined) return E.right(recorded);
  const { stream, revision, position, id, type } = read;
  const reason = `${type} at revision ${revision} of ${stream} (position ${position}) has no envelope and hash: another program wrote it`;
  return E.left({ type: 'unreadable-envelope', id, reason });
};

/** The same in an iteration. */
export const ledgerEvent = (
  calling: Pick<Calling, 'isOurs'>,
  read: ClientEventRead,
): RecordedEvent | undefined => {
  const event = readLedgerEvent(calling, read);
  if (E.isLeft(event)) throw thrown(event.left);
  return event.right;
};

/**
 * Those among some messages of a reading that `takes` says yes to. What stands before one that is not ours is given before that is thrown; `takes` is asked of
 * every event, and of none behind it.
 */
export const ledgerEvents = function* (
  calling: Pick<Calling, 'isOurs'>,
  messages: ReadonlyArray<ReadAnswer>,
  takes: (event: ClientEventRead) => boolean,
): Generator<ReadonlyArray<RecordedEvent>, void> {
  const events: RecordedEvent[] = [];
  for (const { event } of messages) {
    if (event === undefined || !takes(event)) continue;
    const read = readLedgerEvent(calling, event);
    if (E.isLeft(read)) {
      if (events.length > 0) yield events;
      throw thrown(read.left);
    }
    if (read.right !== undefined) events.push(read.right);
  }
  if (events.length > 0) yield events;
};
