import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { either as E, function as F } from 'fp-ts';
import type { StreamHead } from '../../domain/port/event-store.ts';
import type { LogEnd, LoggedEvent, LogReader, LogUnreadable } from '../../domain/port/log-reader.ts';
import { needsArchive, stopAtArchived } from '../../domain/transfer/archived-gap.ts';
import { uuidOf } from './bytes.ts';
import { patience } from './connect.ts';
import { damageOf } from './damage.ts';
import { droppedRuns, lastRunOf } from './dropped-runs.ts';
import { peek, unopened } from './inspect.ts';
import { leanPagesOf } from './lean-pages.ts';
import { locate } from './locate.ts';
import { logUnreadable, type OpenFailure } from './open-failure.ts';
import { pageEvents } from './page-events.ts';
import { streamNames } from './stream-names.ts';
import { tellingReader } from './telling-reader.ts';
import { toRead } from './to-read.ts';

/**
 * Opens a log for reading, beside whoever writes it. Only its header is looked at: who reads a damaged log meets the damage
 * where it is. One read transaction is held until `close`, so all answers are of one moment.
 */
export const openSqliteReader = (named: string): E.Either<LogUnreadable, LogReader> =>
  F.pipe(
    locate(named),
    E.filterOrElse(existsSync, noLog),
    E.tap(peek),
    E.flatMap((path) =>
      E.tryCatch(
        () => tellingReader(path, readerOf(path)),
        (error) => unopened(path, error),
      ),
    ),
    E.mapLeft(inWords),
  );

const noLog = (path: string): OpenFailure =>
  logUnreadable(path, 'not-a-file', 'it is not there', 'name the log with --log');

const inWords = (failure: OpenFailure): LogUnreadable => {
  const { path } = failure;
  const unreadable = (reason: string, remedy: string): LogUnreadable => ({
    type: 'log-unreadable',
    path,
    reason,
    remedy,
  });
  switch (failure.type) {
    case 'log-unreadable':
      return unreadable(failure.reason, failure.remedy);
    case 'folder-missing':
      return unreadable(`there is no folder ${failure.folder}`, 'name the log with --log');
    case 'log-in-use':
      return unreadable('another program holds it', 'end it');
    case 'log-unavailable':
      return unreadable(
        failure.reason.replace(`${path}: `, ''),
        'may this user read it, and write the folder? The user of its service may, or root',
      );
  }
};

const columns =
  'position, stream, revision, lower(hex(id)), type, payload, metadata, lower(hex(hash)), recorded_at, lower(hex(log_hash))';

/** In the order of `columns`. */
type Row = [number, number, number, string, string, string, string, string, string, string];

const readerOf = (path: string): LogReader => {
  const db = new DatabaseSync(toRead(path), { readOnly: true, timeout: patience });
  try {
    db.exec('BEGIN');
    const meta = db.prepare('SELECT log_id, epoch FROM meta').get();
    const identity = { logId: String(meta?.['log_id']), epoch: Number(meta?.['epoch']) };
    const rows = (where: string, order: string) =>
      db.prepare(`SELECT ${columns} FROM event WHERE ${where} ORDER BY ${order}`, { returnArrays: true });
    const nameOf = streamNames(db);
    const eventOf = eventNamed(nameOf);
    const end = db.prepare(
      'SELECT position, recorded_at, lower(hex(log_hash)) AS log_hash FROM event ORDER BY position DESC LIMIT 1',
    );
    const at = rows('position = ?', 'position');
    const streams = db.prepare('SELECT name FROM stream ORDER BY key');
    const head = db.prepare(`
      SELECT revision, lower(hex(hash)) AS hash, position FROM stream JOIN event ON event.stream = stream.key
      WHERE name = ? ORDER BY revision DESC LIMIT 1`);
    const runs = droppedRuns(db);
    return {
      identity,
      end: (): LogEnd | undefined => {
        const row = end.get();
        return (
          row && {
            position: Number(row['position']),
            recordedAt: String(row['recorded_at']),
            logHash: String(row['log_hash']),
          }
        );
      },
      archived: () => runs,
      // A statement of its own for each reading: two may be under way at once.
      pages: (from, archived) => {
        const page = rows('position >= ?', `position LIMIT ${pageEvents}`);
        const read = pagesOf(
          (next) => (page.all(next) as unknown as ReadonlyArray<Row>).map(eventOf),
          from,
          ({ position }) => position,
        );
        return archived === undefined ? stopAtArchived(runs, from, read) : read;
      },
      leanPages: (from, archived) => {
        const read = leanPagesOf(db, nameOf, from);
        return archived === undefined ? stopAtArchived(runs, from, read) : read;
      },
      leanPagesOf: (streams, from) => stopAtArchived(runs, from, leanPagesOf(db, nameOf, from, streams)),
      streamPages: (stream, from) => {
        const ofStream = 'stream = (SELECT key FROM stream WHERE name = ?)';
        const page = rows(`${ofStream} AND revision >= ?`, `revision LIMIT ${pageEvents}`);
        const gone = runs.find((run) => run.stream === stream && run.toRevision >= from);
        if (gone !== undefined) throw needsArchive(gone);
        return pagesOf(
          (next) => (page.all(stream, next) as unknown as ReadonlyArray<Row>).map(eventOf),
          from,
          ({ revision }) => revision,
        );
      },
      at: (position) => {
        const row = at.get(position) as unknown as Row | undefined;
        return row && eventOf(row);
      },
      heads: () =>
        streams.all().flatMap((row): ReadonlyArray<StreamHead & { readonly stream: string }> => {
          const stream = String(row['name']);
          const last = head.get(stream);
          const run = last === undefined ? lastRunOf(runs, stream) : undefined;
          if (run !== undefined)
            return [{ stream, revision: run.toRevision, hash: run.hash, position: run.to }];
          return last === undefined
            ? []
            : [
                {
                  stream,
                  revision: Number(last['revision']),
                  hash: String(last['hash']),
                  position: Number(last['position']),
                },
              ];
        }),
      damage: () => damageOf(db),
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
};

const eventNamed =
  (nameOf: (key: number) => string) =>
  ([position, key, revision, id, type, payload, metadata, hash, recordedAt, logHash]: Row): LoggedEvent => ({
    position,
    stream: nameOf(key),
    revision,
    id: uuidOf(id),
    type,
    payload,
    metadata,
    hash,
    recordedAt,
    logHash,
  });

/** All rows of a page at once take half the time of one after the other. */
const pagesOf = function* (
  read: (from: number) => ReadonlyArray<LoggedEvent>,
  from: number,
  place: (event: LoggedEvent) => number,
): Generator<ReadonlyArray<LoggedEvent>, void> {
  for (let next = from; ; ) {
    const page = read(next);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    next = place(last) + 1;
  }
};
