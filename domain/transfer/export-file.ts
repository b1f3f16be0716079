import { either as E, function as F } from 'fp-ts';
import * as t from 'io-ts';
import { genesis } from '../chain.ts';
import { Integer } from '../integer.ts';
import type { LogIdentity } from '../port/event-store.ts';
import type { LogEnd, LoggedEvent } from '../port/log-reader.ts';

/*
 * A log as NDJSON: a header, then one recorded event per line. Payload and metadata stay the texts that were hashed, so that
 * nothing is lost on the way out and in. These shapes are a file format: a change is a new `version`.
 */

const Header = t.strict({
  format: t.literal('evio-log'),
  version: t.literal(1),
  logId: t.string,
  epoch: Integer,
  /** Position of the first event. */
  from: Integer,
  /** How many lines follow: a file that was cut off is told from a short one. */
  events: Integer,
  /** The log's hash at its last event. */
  logHash: t.string,
});
export type ExportHeader = t.TypeOf<typeof Header>;

const Line = t.strict({
  position: Integer,
  stream: t.string,
  revision: Integer,
  id: t.string,
  type: t.string,
  payload: t.string,
  metadata: t.string,
  hash: t.string,
  recordedAt: t.string,
  logHash: t.string,
});

/** What is exported from a position on, of a log that ends there. */
export const exportHeader = (
  { logId, epoch }: LogIdentity,
  from: number,
  end: LogEnd | undefined,
): ExportHeader => ({
  format: 'evio-log',
  version: 1,
  logId,
  epoch,
  from,
  events: end === undefined ? 0 : Math.max(0, end.position - from + 1),
  logHash: end?.logHash ?? genesis,
});

/** The keys in one order, whatever that of the value: the same log is the same bytes. */
export const headerLine = (header: ExportHeader): string => {
  const { format, version, logId, epoch, from, events, logHash } = header;
  return JSON.stringify({ format, version, logId, epoch, from, events, logHash });
};

export const eventLine = (event: LoggedEvent): string => {
  const { position, stream, revision, id, type, payload, metadata, hash, recordedAt, logHash } = event;
  return JSON.stringify({
    position,
    stream,
    revision,
    id,
    type,
    payload,
    metadata,
    hash,
    recordedAt,
    logHash,
  });
};

/** The value of a line, or why it is none. */
export const readLine = <A>(codec: t.Type<A, unknown, unknown>, text: string): E.Either<string, A> =>
  F.pipe(
    E.tryCatch(
      () => JSON.parse(text) as unknown,
      () => 'it is not JSON',
    ),
    E.flatMap((json) =>
      F.pipe(
        codec.decode(json),
        E.mapLeft((errors) => {
          const keys = errors.map(({ context }) => context.at(-1)?.key ?? '');
          return `${[...new Set(keys)].join(', ')} ${keys.length === 1 ? 'is' : 'are'} missing or of another kind`;
        }),
      ),
    ),
  );

/** The header, or why the text is none. */
export const readHeader = (text: string): E.Either<string, ExportHeader> => readLine(Header, text);

/** The event, or why the text is none. Whether it belongs where it stands is not looked at. */
export const readEventLine = (text: string): E.Either<string, LoggedEvent> => readLine(Line, text);
