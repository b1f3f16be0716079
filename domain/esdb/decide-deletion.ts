import { either as E, function as F } from 'fp-ts';
import type { ClientAppendFailure, ClientEvent, Deletion } from '../port/client-log.ts';
import { checkExpected } from './check-expected.ts';
import { describedBy, isKeptWhole, metadataStream } from './ledger-stream.ts';
import { eventRefused, streamRefused } from './refusal.ts';
import { sealClientEvents } from './seal-client-events.ts';
import type { Decided, Standing } from './standing.ts';
import { metadataEvent, tombstone } from './system-event.ts';

const deletionRefused = (stream: string): ClientAppendFailure | undefined => {
  if (isKeptWhole(stream))
    return {
      type: 'ledger-stream-kept',
      stream,
      reason: `${stream} is a ledger stream: it is kept whole, and nobody deletes it`,
    };
  return describedBy(stream) === undefined
    ? streamRefused(stream)
    : eventRefused(stream, `${stream} goes with the stream that it describes: delete that one`);
};

const decide = (
  standing: Standing,
  { stream, expected }: Deletion,
  into: string,
  event: (revision: number) => ClientEvent,
): Decided => {
  const refused = deletionRefused(stream);
  if (refused !== undefined) return E.left(refused);
  return F.pipe(
    checkExpected(standing, { stream, expected, ids: [] }),
    E.map(() => {
      const end = standing.end(into);
      const sealed = sealClientEvents(standing, into, end, [event((end?.revision ?? -1) + 1)]);
      return { type: 'to-append', first: sealed, others: [] };
    }),
  );
};

/** Hides a stream's events, by metadata that replaces what there was; as in EventStoreDB also of a stream that has none. */
export const decideSoftDeletion = (standing: Standing, deletion: Deletion): Decided =>
  decide(standing, deletion, metadataStream(deletion.stream), (revision) =>
    metadataEvent(standing.sha256, deletion.stream, revision),
  );

/** Ends a stream with an event behind which there is none. */
export const decideTombstone = (standing: Standing, deletion: Deletion): Decided =>
  decide(standing, deletion, deletion.stream, (revision) =>
    tombstone(standing.sha256, deletion.stream, revision),
  );
