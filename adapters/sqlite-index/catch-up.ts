import type { DatabaseSync } from 'node:sqlite';
import { either as E } from 'fp-ts';
import { recordsOf } from '../../domain/audit/records.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import type { IndexedLog, IndexFailure } from '../../domain/port/ownership-index.ts';
import type { Horizon } from '../../domain/projection/horizon.ts';
import { grantKey } from '../../domain/projection/ownership-cluster.ts';
import { readOwnership } from '../../domain/projection/ownership-reading.ts';
import type { OwnershipSpan } from '../../domain/projection/ownership-span.ts';
import { lifeOf } from '../../domain/stream.ts';
import { allocationText } from './allocation-text.ts';
import { DamagedIndex } from './damaged-index.ts';
import { lastingSpans } from './lasting-spans.ts';
import { columnsOf } from './rows.ts';
import { shape } from './schema.ts';
import { storedAllocations, storedGrants } from './stored-spans.ts';

const spanWriter = (db: DatabaseSync, keyOf: (stream: string) => number): ((span: OwnershipSpan) => void) => {
  const allocation = db.prepare('INSERT INTO allocation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const address = db.prepare('INSERT INTO address VALUES (?, ?, ?, ?, ?)');
  const given = db.prepare('INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return (span) => {
    const { position } = span.from;
    if (span.kind === 'allocation') {
      const columns = columnsOf(span, allocationText(span, keyOf(span.stream)));
      const { stream, containerId, pod, addresses, earliest, carried: place = 0 } = span;
      allocation.run(
        position,
        stream,
        containerId,
        pod?.name ?? null,
        pod?.namespace ?? null,
        ...columns,
        place,
      );
      const [width = 0] = columns;
      for (const of of addresses) address.run(of.address, width, earliest, position, place);
      return;
    }
    const network = span.kind === 'lease' ? span.subnet : span.hostAddress;
    given.run(
      position,
      span.stream,
      grantKey(span),
      span.node,
      network,
      ...columnsOf(span, JSON.stringify(span)),
    );
  };
};

const streamKeys = (db: DatabaseSync) => {
  const rows = db.prepare('SELECT name, key FROM stream', { returnArrays: true }).all();
  const keys = new Map(rows as unknown as ReadonlyArray<readonly [string, number]>);
  return (stream: string): number => {
    const known = keys.get(stream) ?? keys.size;
    keys.set(stream, known);
    return known;
  };
};

export const readHorizons = (db: DatabaseSync): ReadonlyArray<Horizon> =>
  db
    .prepare('SELECT name AS stream, at, position, revision, writer FROM stream ORDER BY key')
    .all()
    .map((row) => ({ ...row }) as unknown as Horizon);

/** What was archived, and not given, when the index was made. */
export const readGaps = (db: DatabaseSync): IndexedLog['gaps'] =>
  db
    .prepare('SELECT position, stream, recorded_at, archive FROM gap ORDER BY position')
    .all()
    .map((row) => ({
      stream: String(row['stream']),
      position: Number(row['position']),
      recordedAt: String(row['recorded_at']),
      archive: String(row['archive']),
    }));

/** Reads the log from a position on into the tables; inside a transaction of the caller's. */
export const catchUp = (
  db: DatabaseSync,
  log: LogReader,
  from: number,
  onProgress: (position: number) => void,
): E.Either<IndexFailure, void> => {
  const keyOf = streamKeys(db);
  const write = spanWriter(db, keyOf);
  const mark = db.prepare('INSERT INTO mark VALUES (?, ?, ?, ?)');
  const boot = db.prepare('INSERT INTO boot VALUES (?, ?, ?, ?, ?, ?)');
  const step = db.prepare('INSERT INTO step VALUES (?, ?, ?, ?, ?)');
  const allocations = lastingSpans(from === 0 ? undefined : storedAllocations(db));
  const grants = lastingSpans(from === 0 ? undefined : storedGrants(db));
  const horizons = new Map(readHorizons(db).map((horizon) => [horizon.stream, horizon]));
  // What is redacted later on throws, below.
  const redacted = new Set(from === 0 ? recordsOf(log).map(({ id }) => id) : []);
  const read = readOwnership({
    isRedacted: (id) => redacted.has(id),
    horizons,
    allocations,
    grants,
    ended: write,
    booted: ({ stream, position, revision, at, bootId, clockSynchronised }) => {
      const clock = clockSynchronised === undefined ? null : Number(clockSynchronised);
      boot.run(position, stream, revision, at, bootId, clock);
    },
    steppedBack: ({ stream, position, revision, before, after }) => {
      step.run(position, stream, revision, before, after);
    },
  });
  for (const page of log.pages(from, 'passed-over')) {
    for (const event of page) {
      // What was taken out of the log must leave the index too: it is made anew.
      if (from > 0 && event.type === 'PayloadRedacted') throw new DamagedIndex('a payload was redacted');
      const done = read(event);
      const { position, stream, revision } = event;
      if (E.isLeft(done)) return E.left({ type: 'unreadable-event', position, cause: done.left });
      const life = lifeOf(stream);
      const horizon = horizons.get(life);
      if (horizon !== undefined) mark.run(position, keyOf(life), revision, horizon.at);
    }
    onProgress((page.at(-1)?.position ?? 0) + 1);
  }
  const gap = db.prepare('INSERT INTO gap VALUES (?, ?, ?, ?)');
  for (const { to, stream, recordedAt, archive } of log.archived())
    if (to >= from) gap.run(to, lifeOf(stream), recordedAt, archive);
  for (const lasting of [allocations, grants]) for (const span of lasting.all()) write(span);
  const horizon = db.prepare('INSERT OR REPLACE INTO stream VALUES (?, ?, ?, ?, ?, ?)');
  for (const { stream, at, position, revision, writer } of horizons.values()) {
    if (position >= from) horizon.run(keyOf(stream), stream, at, position, revision, writer);
  }
  const { logId, epoch } = log.identity;
  const { position = -1, logHash = '', recordedAt = '' } = log.end() ?? {};
  db.prepare('INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?)').run(
    ...[logId, epoch, shape, position, logHash, recordedAt],
  );
  return E.right(undefined);
};
