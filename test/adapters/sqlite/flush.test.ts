import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { connect } from '../../../adapters/sqlite/connect.ts';
import { firstSight, type LastSeen } from '../../../adapters/sqlite/last-seen.ts';
import { makeLatch } from '../../../adapters/sqlite/latch.ts';
import { storeOver } from '../../../adapters/sqlite/store.ts';
import { walOf } from '../../../adapters/sqlite/wal.ts';
import { watch } from '../../../adapters/sqlite/watch.ts';
import {
  append,
  collect,
  events,
  oneByOne,
  realClock,
  settle,
  sha256,
  upTo,
} from '../../contract/event-store/support.ts';
import { openAt, scratchFolder } from './scratch.ts';

/** A log whose disk takes as long for each flush as the test says. */
const slowLog = async (t: ExecutionContext) => {
  const path = join(scratchFolder(t), 'log.db');
  const { identity, close } = openAt(path);
  await close();
  const db = connect(path);
  const wal = walOf(path);
  const flushes: Array<() => void> = [];
  const disk = { refuses: false, away: false };
  const flush = async (): Promise<void> => {
    await new Promise<void>((resolve) => flushes.push(resolve));
    if (disk.refuses) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { syscall: 'fdatasync' });
    if (disk.away) throw new Error('EMFILE: too many open files');
    await wal.flush();
  };
  /** What is to be done a little later. */
  const laters: Array<() => void> = [];
  const later = (_: number, task: () => void): void => void laters.push(task);
  const latch = makeLatch(path);
  const parts = { path, clock: realClock, sha256, latch, flush, soon: setImmediate, later };
  const seen: LastSeen[] = [];
  const store = watch({
    db,
    seen: firstSight(identity),
    write: (now) => void seen.push(now),
    walSize: () => 1,
    open: (release) => storeOver(db, identity, { ...parts, close: () => db.close(), release }),
    release: wal.close,
  });
  const shown: number[] = [];
  const follow = async (): Promise<void> => {
    for await (const { position } of oneByOne(
      store.subscribe({ from: 0, signal: new AbortController().signal }),
    ))
      shown.push(position);
  };
  void follow();
  const write = (revision: number, durability: 'written' | 'fsync' = 'written') =>
    append(store, {
      stream: 'a',
      expectedRevision: revision < 0 ? 'no-stream' : revision,
      events: events(1),
      durability,
    });
  /** Until a flush is under way, and then to its end. */
  const end = async (): Promise<void> => {
    while (flushes.length === 0) await settle();
    for (const done of flushes.splice(0)) done();
  };
  const ownCheckpoints = db.prepare('PRAGMA wal_autocheckpoint').get()?.['wal_autocheckpoint'];
  return { store, ownCheckpoints, flushes, disk, laters, shown, seen, write, end };
};

test('while the disk takes its time appends go on, and are not counted as flushed', async (t) => {
  const { store, flushes, shown, seen, write, end } = await slowLog(t);
  await write(-1);
  const first = store.flush()();
  while (flushes.length === 0) await settle();
  await write(0);
  const second = store.flush()();
  await settle();
  t.deepEqual([flushes.length, shown], [1, []]);

  await end();
  await first;
  await settle();
  t.deepEqual(shown, [0]);
  t.deepEqual([seen.at(-1)?.inWal, seen.at(-1)?.position], [true, 0]);

  await end();
  await second;
  await settle();
  t.deepEqual(shown, [0, 1]);
  await store.close();
});

test('what a transaction flushed meanwhile is shown once', async (t) => {
  const { store, flushes, shown, write, end } = await slowLog(t);
  await write(-1);
  const flushed = store.flush()();
  while (flushes.length === 0) await settle();
  await write(0, 'fsync');
  await settle();
  t.deepEqual(shown, [0, 1]);
  await write(1);
  await end();
  await flushed;
  await settle();
  t.deepEqual(shown, [0, 1]);
  const closed = store.close();
  await end();
  await closed;
});

test('a log is closed behind the flush that is under way, and with all that was written', async (t) => {
  const { store, flushes, shown, write, end } = await slowLog(t);
  await write(-1);
  const flushed = store.flush()();
  while (flushes.length === 0) await settle();
  await write(0);
  let isClosed = false;
  const closed = store.close().then(() => {
    isClosed = true;
  });
  await settle();
  t.false(isClosed);
  await end();
  t.deepEqual(await flushed, { _tag: 'Right', right: undefined });
  await settle();
  t.false(isClosed);
  await end();
  await closed;
  t.deepEqual(shown, upTo(2));
});

test('what could not be flushed for now is flushed later, though nobody asks', async (t) => {
  const { store, disk, laters, shown, write, end } = await slowLog(t);
  await write(-1);
  for (const away of [true, true, false]) {
    disk.away = away;
    t.is(laters.length, 1);
    laters.pop()?.();
    await end();
    await settle();
    t.deepEqual(shown, away ? [] : [0]);
  }
  t.is(laters.length, 0);
  await store.close();
});

test('a flush that the disk refused is not tried again, and nothing is taken behind it', async (t) => {
  const { store, flushes, disk, laters, shown, seen, write, end } = await slowLog(t);
  await write(-1, 'fsync');
  disk.refuses = true;
  await write(0);
  laters.pop()?.();
  await end();
  await settle();
  disk.refuses = false;
  t.deepEqual([laters.length, flushes.length, shown], [0, 0, [0]]);
  const refusal = store.latched();
  t.is(refusal?.flush, 'refused');
  t.deepEqual(await store.flush()(), E.left(refusal));
  t.deepEqual(
    await store.append({ stream: 'a', expectedRevision: 1, events: events(1), durability: 'written' })(),
    E.left(refusal),
  );
  t.deepEqual(await store.clearRemains()(), E.left(refusal));
  t.deepEqual(
    (await collect(store.readAll())).map(({ position }) => position),
    [0, 1],
  );
  await store.close();
  // The next opening must find the write-ahead file.
  t.true(seen.at(-1)?.inWal);
});

test('a write-ahead file that stays because the disk refused the last flush must be found again', async (t) => {
  const { store, disk, seen, write, end } = await slowLog(t);
  await write(-1, 'fsync');
  await write(0);
  disk.refuses = true;
  const closed = store.close();
  await end();
  await closed;
  t.is(store.latched()?.flush, 'refused');
  t.deepEqual(
    seen.map(({ inWal }) => inWal),
    [true, false, true],
  );
});

test('SQLite makes no checkpoints of its own, which keep a refused flush to themselves', async (t) => {
  const { store, ownCheckpoints } = await slowLog(t);
  t.is(ownCheckpoints, 0);
  await store.close();
});
