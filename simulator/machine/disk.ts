import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { prepareReads } from '../../adapters/sqlite/read-statements.ts';
import { tables } from '../../adapters/sqlite/schema.ts';
import { storeOver } from '../../adapters/sqlite/store.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { RedactableLog } from '../../domain/port/payload-redactor.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails } from './faults.ts';

/** The log's file under the real store: SQLite in memory, with a mark up to where a power cut leaves it. */
export type Disk = {
  /** Of the log that there is now. */
  readonly logId: () => Incarnation;
  readonly epoch: () => number;
  /** All that is in the file, to be put back later, here or elsewhere. */
  readonly image: () => DiskImage;
  /** The file is replaced by an earlier one, or another machine's; of a restored backup the epoch is a new one. */
  readonly putBack: (image: DiskImage, epoch?: number) => void;
  /** The file is gone; a new one is there, with an id of its own. */
  readonly lose: (logId: Incarnation) => void;
  /** The file as an agent opens it. What it had not committed when it died is gone; what it had not flushed is not. */
  readonly open: (owner: Owner, clock: Clock) => RedactableLog;
  /** The last position that a power cut leaves for certain; −1 for none. */
  readonly durable: () => number;
  readonly eventsFrom: (position: number) => ReadonlyArray<RecordedEvent>;
  /** Takes back unflushed commits: all of them, or the later ones, as `pick` says. */
  readonly cutPower: (pick: number) => void;
  /** Every event's link of the whole log's chain, in order of position. */
  readonly logHashes: () => ReadonlyArray<string>;
};

type Row = Record<string, SQLOutputValue>;

export type DiskImage = {
  readonly logId: Incarnation;
  readonly epoch: number;
  readonly streams: ReadonlyArray<Row>;
  readonly events: ReadonlyArray<Row>;
};

const noSpace = (): Error => Object.assign(new Error('database or disk is full'), { errcode: 13 });

export const makeDisk = (
  loop: Loop,
  faults: Faults,
  firstLogId: Incarnation,
  /** Called inside each commit that wrote something. */
  committed: () => void,
): Disk => {
  const db = new DatabaseSync(':memory:');
  db.exec(tables);
  db.prepare('INSERT INTO meta VALUES (1, ?, 1, ?, 0)').run(firstLogId, '');
  let logId = firstLogId;
  let epoch = 1;
  const reads = prepareReads(db);
  const changes = db.prepare('SELECT total_changes() AS count');
  const prepare = db.prepare.bind(db);
  const exec = db.exec.bind(db);
  let flushes = true;
  let written = 0;
  let durable = -1;
  /** The last position of each commit that is not flushed. */
  let unflushed: number[] = [];

  const flushed = (): void => {
    durable = reads.lastPosition();
    unflushed = [];
  };

  const flushedTo = (end: number): void => {
    durable = Math.max(durable, end);
    unflushed = unflushed.filter((position) => position > end);
  };

  const commit = (run: () => unknown): unknown => {
    if (faults.diskFull || fails(faults, 'commit')) throw noSpace();
    const ended = run();
    const count = Number(changes.get()?.['count']);
    if (count === written) return ended;
    written = count;
    if (flushes) flushed();
    else unflushed.push(reads.lastPosition());
    committed();
    return ended;
  };

  const checkpoint = (): Record<string, number> => {
    if (faults.diskFull || fails(faults, 'flush at opening')) return { busy: 1 };
    flushed();
    return { busy: 0 };
  };

  // The one connection is each agent's in turn. What SQLite does at these statements is what this disk adds.
  Object.assign(db, {
    close: () => undefined,
    exec: (sql: string) => {
      const level = /^PRAGMA synchronous = (\w+)$/.exec(sql)?.[1];
      if (level !== undefined) flushes = level === 'FULL';
      exec(sql);
    },
    prepare: (...asked: Parameters<typeof prepare>) => {
      const statement = prepare(...asked);
      const [sql] = asked;
      const run = statement.run.bind(statement);
      if (sql === 'COMMIT') return Object.assign(statement, { run: () => commit(run) });
      return sql.startsWith('PRAGMA wal_checkpoint')
        ? Object.assign(statement, { get: checkpoint })
        : statement;
    },
  });

  const changed = (): void => {
    written = Number(changes.get()?.['count']);
    flushed();
  };

  const empty = (next: Incarnation, ofEpoch: number): void => {
    exec('DELETE FROM event; DELETE FROM stream');
    prepare('UPDATE meta SET log_id = ?, epoch = ?').run(next, ofEpoch);
    logId = next;
    epoch = ofEpoch;
  };

  const insert = (table: 'stream' | 'event', rows: ReadonlyArray<Row>): void => {
    const [first] = rows;
    if (first === undefined) return;
    const columns = Object.keys(first);
    const into = prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`);
    for (const row of rows) into.run(...columns.map((column) => row[column] ?? null));
  };

  return {
    logId: () => logId,
    epoch: () => epoch,
    image: () => ({
      logId,
      epoch,
      streams: prepare('SELECT * FROM stream').all(),
      events: prepare('SELECT * FROM event ORDER BY position').all(),
    }),
    putBack: (image, as = image.epoch) => {
      exec('BEGIN');
      empty(image.logId, as);
      insert('stream', image.streams);
      insert('event', image.events);
      exec('COMMIT');
      changed();
    },
    lose: (next) => {
      empty(next, 1);
      changed();
    },
    durable: () => durable,
    eventsFrom: (position) => {
      const events: RecordedEvent[] = [];
      for (let next = position; ; next = events.length + position) {
        const page = reads.pageOfAll(next);
        if (page.length === 0) return events;
        events.push(...page);
      }
    },
    open: (owner, clock) => {
      flushes = true;
      const soon = (task: () => void): void => loop.soon(owner, 'the log takes its turn', task);
      const later = (ms: number, task: () => void): void =>
        void loop.sleep(owner, ms, 'the log flushes what waits').then(task);
      const flush = async (): Promise<void> => {
        const end = reads.lastPosition();
        const done = await loop.look(owner, 'the log reaches the disk', () => {
          const full = faults.diskFull || fails(faults, 'flush');
          if (!full) flushedTo(end);
          return !full;
        });
        if (!done) throw noSpace();
      };
      const path = '/var/lib/evio/ledger.db';
      const parts = { path, clock, sha256, flush, soon, later, release: () => undefined };
      return storeOver(db, { logId, epoch }, parts);
    },
    cutPower: (pick) => {
      const ends = [durable, ...unflushed];
      const end = ends[pick % ends.length] ?? durable;
      prepare('DELETE FROM event WHERE position > ?').run(end);
      exec('DELETE FROM stream WHERE key NOT IN (SELECT stream FROM event)');
      changed();
    },
    logHashes: () =>
      prepare('SELECT log_hash FROM log ORDER BY position')
        .all()
        .map((row) => String(row['log_hash'])),
  };
};
