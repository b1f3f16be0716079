import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import type { Sha256 } from '../port/digest.ts';
import type { LogIdentity } from '../port/event-store.ts';
import type { LoggedEvent } from '../port/log-reader.ts';
import { linkOf } from '../verify/chain-check.ts';
import { readEventLine, readLine } from './export-file.ts';

/*
 * A closed era as NDJSON: a header, then its events, a line each, as an export has them. The shape is a file format: a change is a
 * new `version`.
 */

const Header = t.strict({
  format: t.literal('evio-era'),
  version: t.literal(1),
  logId: t.string,
  epoch: Integer,
  stream: t.string,
  /** Of the first event, which is always 0, and of the last. */
  firstRevision: t.literal(0),
  lastRevision: Integer,
  /** In the log; events of other streams may stand between. */
  firstPosition: Integer,
  lastPosition: Integer,
  /** Of the last event, `EraClosed`. */
  hash: t.string,
});
export type ArchiveHeader = t.TypeOf<typeof Header>;

type Ends = { readonly first: LoggedEvent; readonly last: LoggedEvent };

export const archiveHeader = ({ logId, epoch }: LogIdentity, { first, last }: Ends): ArchiveHeader => ({
  format: 'evio-era',
  version: 1,
  logId,
  epoch,
  stream: first.stream,
  firstRevision: 0,
  lastRevision: last.revision,
  firstPosition: first.position,
  lastPosition: last.position,
  hash: last.hash,
});

/** The keys in one order: the same era is the same bytes. */
export const archiveHeaderLine = (header: ArchiveHeader): string =>
  JSON.stringify(header, Object.keys(Header.type.props));

/** A file of its era's name: no colons, which some file systems refuse. */
export const archiveName = (stream: string): string =>
  `${stream.replace(/:(\d+)$/, '.era-$1').replaceAll(':', '_')}.ndjson`;

export const readArchiveHeader = (text: string | undefined): E.Either<string, ArchiveHeader> =>
  text === undefined ? E.left('the file is empty') : readLine(Header, text);

/** Why a text is no archive of a whole era. `line` counts from 1, the header's. */
export type NotAnArchive = { readonly line: number; readonly reason: string };

/**
 * Reads an archive's lines and proves that they are what its header says: one stream from its first event to `EraClosed`,
 * each event intact and behind the one before.
 */
export const verifyArchive = (
  sha256: Sha256,
  lines: Iterable<string>,
): E.Either<NotAnArchive, ArchiveHeader> => {
  let header: ArchiveHeader | undefined;
  let last: LoggedEvent | undefined;
  let line = 0;
  const wrong = (reason: string) => E.left({ line, reason });
  for (const text of lines) {
    line += 1;
    if (header === undefined) {
      const read = readArchiveHeader(text);
      if (E.isLeft(read)) return wrong(`this is not the header of an archive: ${read.left}`);
      header = read.right;
      continue;
    }
    const read = readEventLine(text);
    if (E.isLeft(read)) return wrong(read.left);
    const event = read.right;
    if (event.stream !== header.stream) return wrong(`an event of ${event.stream}, not of ${header.stream}`);
    const place = last === undefined ? header.firstPosition : last.position + 1;
    if (last === undefined ? event.position !== place : event.position < place)
      return wrong(`position ${event.position} where ${place} or later is expected`);
    const linked = linkOf(sha256, last, event);
    if (E.isLeft(linked)) {
      const [what, expected, found] = linked.left;
      return wrong(`${what}: ${found} where ${expected} is expected`);
    }
    last = event;
  }
  if (header === undefined) return wrong('the file is empty');
  const { lastRevision, lastPosition, hash, stream } = header;
  if (last?.revision !== lastRevision || last.position !== lastPosition || last.hash !== hash)
    return wrong(`it ends at revision ${last?.revision ?? -1}; its header announces ${lastRevision}`);
  return last.type === 'EraClosed' ? E.right(header) : wrong(`${stream} is not closed with its last event`);
};
