import { either as E } from 'fp-ts';
import type { ClientAppend, ClientAppendFailure, ClientEvent } from '../port/client-log.ts';
import { checkExpected } from './check-expected.ts';
import { decideLedgerAppend } from './decide-ledger-append.ts';
import { describedBy, isKeptWhole, isLedgerStream, metadataStream } from './ledger-stream.ts';
import { appendRefused, eventRefused } from './refusal.ts';
import { rowIds } from './row-id.ts';
import { sealClientEvents } from './seal-client-events.ts';
import { alreadyThere, type Decided, type SealedAppend, type Standing } from './standing.ts';
import { isSoftlyDeleted, membersOf, truncatedAt, truncatingKeys } from './stream-metadata.ts';
import { metadataOf, streamMetadata } from './stream-state.ts';
import { metadataEvent, metadataType } from './system-event.ts';

/** A ledger stream may be described, and never truncated. */
const keptRefused = (stream: string, events: ReadonlyArray<ClientEvent>): ClientAppendFailure | undefined => {
  for (const { id, type, data } of events) {
    const members = membersOf(data);
    if (type !== metadataType || members === undefined)
      return eventRefused(
        stream,
        `event ${id} (${type}): the metadata of a ledger stream is a JSON object in an event of type ${metadataType}`,
      );
    const key = truncatingKeys.find((truncating) => truncating in members);
    if (key !== undefined)
      return {
        type: 'ledger-stream-kept',
        stream,
        reason: `${key} would hide events of ${describedBy(stream)}, and a ledger stream is kept whole: leave ${key} out`,
      };
  }
  return undefined;
};

/** With an append behind a soft deletion, and with new metadata, a stream is there again: what was deleted stays hidden. */
const undeletion = (
  standing: Standing,
  stream: string,
  append: SealedAppend,
  events: ReadonlyArray<ClientEvent>,
): ReadonlyArray<SealedAppend> => {
  const described = describedBy(stream) ?? stream;
  if (!isSoftlyDeleted(streamMetadata(standing, described))) return [];
  const first = (standing.end(described)?.revision ?? -1) + 1;
  const description = metadataStream(described);
  const last = events.at(-1);
  const before = stream === described || last === undefined ? metadataOf(standing, described) : last.data;
  const data = truncatedAt(before, first);
  if (data === undefined) return [];
  const end = standing.end(description);
  const added = stream === described ? 0 : append.events.length;
  const revision = (end?.revision ?? -1) + added;
  const hash = added === 0 ? end?.hash : append.events.at(-1)?.hash;
  const head = hash === undefined ? undefined : { revision, hash };
  return [
    sealClientEvents(standing, description, head, [
      metadataEvent(standing.sha256, described, revision + 1, data),
    ]),
  ];
};

/** What an append of a client comes to, as EventStoreDB decides it. */
export const decideAppend = (standing: Standing, append: ClientAppend): Decided => {
  const { stream, expected, events } = append;
  const refused = appendRefused(append);
  if (refused !== undefined) return E.left(refused);
  if (isLedgerStream(stream)) return decideLedgerAppend(standing, append);
  const kept = isKeptWhole(stream) ? keptRefused(stream, events) : undefined;
  if (kept !== undefined) return E.left(kept);
  const checked = checkExpected(standing, { stream, expected, ids: events.map(({ id }) => id) });
  if (E.isLeft(checked)) return checked;
  const end = standing.end(stream);
  if (checked.right !== undefined) return E.right(alreadyThere(checked.right));
  if (events.length === 0) return E.right(alreadyThere(end));
  if (end === undefined && standing.hasId(rowIds(standing.sha256, stream)(0)))
    return E.left(
      eventRefused(stream, `${stream}: another stream's events have the ids of this one: name it otherwise`),
    );
  const sealed = sealClientEvents(standing, stream, end, events);
  return E.right({
    type: 'to-append',
    first: sealed,
    others: undeletion(standing, stream, sealed, events),
  });
};
