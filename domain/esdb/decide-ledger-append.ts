import { either as E } from 'fp-ts';
import { genesis, linkHashOfText } from '../chain.ts';
import type { ClientAppend } from '../port/client-log.ts';
import type { StreamHead } from '../port/event-store.ts';
import { type LedgerEvent, readLedgerEvent } from './ledger-event.ts';
import { eventRefused } from './refusal.ts';
import { isRowId } from './row-id.ts';
import { alreadyThere, type Decided, type Standing } from './standing.ts';
import { unreadablePayload } from './unreadable-payload.ts';

/** The first event that followers could not read, whose hash is not its link of the chain, or whose id is taken; in words. */
const misfit = (
  { sha256, hasId }: Standing,
  stream: string,
  end: StreamHead | undefined,
  events: ReadonlyArray<LedgerEvent>,
): string | undefined => {
  let previous = end?.hash ?? genesis;
  let revision = end?.revision ?? -1;
  const ids = new Set<string>();
  for (const event of events) {
    const { id, type, metadata, envelope, hash } = event;
    revision += 1;
    const link = linkHashOfText(
      sha256,
      { previous, stream, revision, id, type, metadata: envelope },
      metadata,
    );
    if (link !== hash)
      return `event ${id} (${type}): as revision ${revision} behind the hash ${previous} its hash is ${link}, and its metadata says ${hash}`;
    const unreadable = unreadablePayload(stream, event);
    if (unreadable !== undefined)
      return `event ${id} (${type}): its data is not that of a ${type} of version ${envelope.schema}: ${unreadable}`;
    if (isRowId(id))
      return `event ${id} (${type}): ids of version 8 are made by the log itself: give it one of version 5`;
    if (ids.has(id) || hasId(id))
      return `event ${id} (${type}): an event of this id is in the log already, and ids are given once`;
    ids.add(id);
    previous = hash;
  }
  return undefined;
};

/** Whether these very events stand from a revision on; `fork` when others with their ids do. */
const repeated = (
  { at }: Standing,
  stream: string,
  first: number,
  events: ReadonlyArray<LedgerEvent>,
): 'repeat' | 'fork' | undefined => {
  const standing = events.map((_, index) => at(stream, first + index));
  if (events.length === 0 || !events.every(({ id }, index) => standing[index]?.id === id)) return undefined;
  return events.every(({ hash }, index) => standing[index]?.hash === hash) ? 'repeat' : 'fork';
};

/**
 * What an append to a ledger stream comes to. Its writer has completed and chained the events: they must fit to what stands, and go to a
 * revision that the writer names, for only then is a repeat told from a fork.
 */
export const decideLedgerAppend = (
  standing: Standing,
  { stream, expected, events }: ClientAppend,
): Decided => {
  if (expected === 'any' || expected === 'stream-exists')
    return E.left(
      eventRefused(
        stream,
        `expected revision '${expected}': ${stream} is a ledger stream, so name the revision of its last event, or no-stream`,
      ),
    );
  const read = E.traverseArray((event: ClientAppend['events'][number]) =>
    readLedgerEvent(standing.sha256, event),
  )(events);
  if (E.isLeft(read)) return E.left(eventRefused(stream, read.left));
  const end = standing.end(stream);
  const first = expected === 'no-stream' ? 0 : expected + 1;
  const there = repeated(standing, stream, first, read.right);
  if (there === 'fork')
    return E.left(
      eventRefused(
        stream,
        `the events from revision ${first} on are here with other hashes: two writers have continued one stream apart`,
      ),
    );
  if (there === 'repeat') return E.right(alreadyThere(standing.at(stream, first + events.length - 1)));
  const actual = end?.revision ?? 'no-stream';
  if (actual !== expected) return E.left({ type: 'conflict', stream, expected, actual });
  if (events.length === 0) return E.right(alreadyThere(end));
  const wrong = misfit(standing, stream, end, read.right);
  if (wrong !== undefined) return E.left(eventRefused(stream, wrong));
  const sealed = read.right.map(({ envelope: _, ...event }) => event);
  return E.right({ type: 'to-append', first: { stream, events: sealed }, others: [] });
};
