import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { type Latch, makeLatch } from '../../adapters/sqlite/latch.ts';
import { prepareReads } from '../../adapters/sqlite/read-statements.ts';
import { tables } from '../../adapters/sqlite/schema.ts';
import { storeOver } from '../../adapters/sqlite/store.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { Latched } from '../../domain/port/latched.ts';
import type { RedactableLog } from '../../domain/port/payload-redactor.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails } from './faults.ts';
import { makeFlushes } from './flushes.ts';

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
  /** The file as an agent opens it. What it had not committed when it died is gone; what it had not flushed is not, and is then. */
  readonly open: (owner: Owner, clock: Clock) => RedactableLog & { readonly latched: Latched };
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

/** In a simulated commit, so that a checkpoint is due behind every fourth. */
const pagesAtOnce = 300;

export const makeDisk = (
  loop: Loop,
  faults: Faults,
  firstLogId: Incarnation,
  /** Called inside each commit that wrote something. */
  committed: () => void,
  /** Where a mutant may change the latch. */
  latched: (latch: Latch) => Latch = (latch) => latch,
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
  let pages = 0;
  /** The flush of an opening is that of `renew`: one that is refused is no opening. */
  let opening = false;
  const flushing = makeFlushes(faults);

  const commit = (run: () => unknown): unknown => {
    if (faults.diskFull || fails(faults, 'commit')) throw noSpace();
    const count = Number(changes.get()?.['count']);
    if (count === written) return run();
    const refused = flushes ? flushing.flush('sqlite', reads.lastPosition()) : undefined;
    if (refused !== undefined) throw refused;
    const ended = run();
    written = count;
    pages += pagesAtOnce;
    if (!flushes) flushing.wrote(reads.lastPosition());
    committed();
    return ended;
  };

  const checkpoint = (): Record<string, number> => {
    if (opening) return { busy: fails(faults, 'checkpoint') ? 1 : 0 };
    const refused = flushing.flush('sqlite', reads.lastPosition());
    if (refused !== undefined) throw refused;
    if (faults.diskFull || fails(faults, 'checkpoint')) return { busy: 1 };
    pages = 0;
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
      const get = statement.get.bind(statement);
      if (sql === 'COMMIT') return Object.assign(statement, { get: () => commit(get) });
      if (sql === 'PRAGMA wal_checkpoint(NOOP)')
        return Object.assign(statement, { get: () => ({ log: pages }) });
      return sql.startsWith('PRAGMA wal_checkpoint')
        ? Object.assign(statement, { get: checkpoint })
        : statement;
    },
  });

  const changed = (): void => {
    written = Number(changes.get()?.['count']);
    flushing.renew(reads.lastPosition());
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
    durable: flushing.durable,
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
      flushing.renew(reads.lastPosition());
      const soon = (task: () => void): void => loop.soon(owner, 'the log takes its turn', task);
      const later = (ms: number, task: () => void): void =>
        void loop.sleep(owner, ms, 'the log flushes what waits').then(task);
      const flush = async (): Promise<void> => {
        const end = reads.lastPosition();
        const refused = await loop.look(owner, 'the log reaches the disk', () => flushing.flush('own', end));
        if (refused !== undefined) throw refused;
      };
      const path = '/var/lib/evio/ledger.db';
      const latch = latched(makeLatch(path));
      const nothing = (): void => undefined;
      const parts = { path, clock, sha256, latch, flush, soon, later, close: nothing, release: nothing };
      opening = true;
      const store = storeOver(db, { logId, epoch }, parts);
      opening = false;
      return store;
    },
    cutPower: (pick) => {
      const ends = flushing.ends();
      const end = ends[pick % ends.length] ?? -1;
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
