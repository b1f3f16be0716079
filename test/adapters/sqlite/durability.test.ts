import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { connect } from '../../../adapters/sqlite/connect.ts';
import { makeLatch } from '../../../adapters/sqlite/latch.ts';
import { storeOver } from '../../../adapters/sqlite/store.ts';
import { walOf } from '../../../adapters/sqlite/wal.ts';
import { timer } from '../../../adapters/system/timer.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
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

/** A log that flushes by itself when the test has it. */
const openPostponed = async (t: ExecutionContext) => {
  const path = join(scratchFolder(t), 'log.db');
  const { identity, close } = openAt(path);
  await close();
  const wal = walOf(path);
  t.teardown(wal.close);
  /** What the store would do a little later. */
  const postponed: Array<() => void> = [];
  const postpone = (_: number, task: () => void): void => void postponed.push(task);
  const db = connect(path);
  const parts = { path, clock: realClock, sha256, flush: wal.flush, soon: setImmediate, later: postpone };
  const store = storeOver(db, identity, {
    ...parts,
    latch: makeLatch(path),
    close: () => db.close(),
    release: () => undefined,
  });
  t.teardown(store.close);
  return { store, postponed };
};

test('what is only written is read at once, and shown to subscribers when it is on disk', async (t) => {
  const { store, postponed } = await openPostponed(t);
  const shown = { all: [] as number[], stream: [] as number[], type: [] as number[] };
  const follow = async (into: number[], feed: AsyncIterable<RecordedEvent>): Promise<void> => {
    for await (const { position } of feed) into.push(position);
  };
  const { signal } = new AbortController();
  const followers = [
    follow(shown.all, oneByOne(store.subscribe({ from: 0, signal }))),
    follow(shown.stream, oneByOne(store.subscribe({ from: 0, signal, stream: 'a' }))),
    follow(shown.type, oneByOne(store.subscribe({ from: 0, signal, types: ['PodAdded'] }))),
  ];
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(2) });
  await settle();
  const written = { stream: 'a', expectedRevision: 1, events: events(3), durability: 'written' } as const;
  await append(store, written);
  await settle();
  t.is((await collect(store.readAll())).length, 5);
  t.deepEqual(shown, { all: [0, 1], stream: [0, 1], type: [0, 1] });

  await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(1) });
  await settle();
  t.deepEqual(shown, { all: upTo(6), stream: upTo(5), type: upTo(6) });

  const later = { stream: 'b', expectedRevision: 0, events: events(1) } as const;
  await append(store, { ...later, durability: 'written' });
  await append(store, { ...later, durability: 'fsync' });
  await settle();
  t.deepEqual(shown, { all: upTo(7), stream: upTo(5), type: upTo(7) });

  // Nobody flushes it: the store does, a little later.
  for (const task of postponed.splice(0)) task();
  const last = { stream: 'b', expectedRevision: 1, events: events(1) } as const;
  await append(store, { ...last, durability: 'written' });
  await settle();
  t.deepEqual([shown.all.length, postponed.length], [7, 1]);
  for (const task of postponed) task();
  while (shown.all.length < 8) await settle();
  await store.close();
  await Promise.all(followers);
});

test('what reaches the disk while a follower is at his page is given to him next', async (t) => {
  const { store } = await openPostponed(t);
  for (const wanted of [{}, { stream: 'a' }, { types: ['PodAdded'] }]) {
    const end = await store.head('a')();
    const revision = E.isRight(end) ? (end.right?.revision ?? -1) : -1;
    const from = revision + 1;
    await append(store, {
      stream: 'a',
      expectedRevision: revision === -1 ? 'no-stream' : revision,
      events: events(2),
    });
    const written = { stream: 'a', expectedRevision: revision + 2, events: events(3) } as const;
    await append(store, { ...written, durability: 'written' });
    const over = new AbortController();
    const pages = store.subscribe({ ...wanted, from, signal: over.signal })[Symbol.asyncIterator]();
    const first = await pages.next();
    t.deepEqual(
      first.value.map(({ position }: RecordedEvent) => position - from),
      [0, 1],
    );
    t.deepEqual(await store.flush()(), E.right(undefined));
    const next = await Promise.race([pages.next(), timer.sleep(2_000)]);
    t.deepEqual(
      next?.value.map(({ position }: RecordedEvent) => position - from),
      [2, 3, 4],
    );
    over.abort();
  }
});
