import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../adapters/fs/files.ts';
import { openMemoryStore } from '../../adapters/memory/open.ts';
import { ids } from '../../adapters/system/ids.ts';
import type { EventStore, RecordedEvent } from '../../domain/port/event-store.ts';
import { describeCheckpoint, fileCheckpoint } from '../../services/checkpoint.ts';
import { type Checkpoint, eachSubscribed, follow } from '../../services/follow.ts';
import { append, collect, events, realClock, sha256 } from '../contract/event-store/support.ts';

const storeWith = async (count: number): Promise<EventStore> => {
  const store = openMemoryStore({ clock: realClock, newLogId: ids.random, sha256 });
  await append(store, { stream: 's', expectedRevision: 'no-stream', events: events(count) });
  return store;
};

const checkpointFile = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-follow-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'position');
};

/** Applies until `last` was seen, then ends the subscription. */
const followTo = async (
  store: EventStore,
  checkpoint: Checkpoint,
  last: number,
  answer: (event: RecordedEvent) => E.Either<string, 'done' | 'nothing-to-do'>,
  every?: number,
) => {
  const end = new AbortController();
  const positions: number[] = [];
  const apply = async ([event]: ReadonlyArray<RecordedEvent>) => {
    if (event === undefined) throw new Error('nothing to apply');
    positions.push(event.position);
    if (event.position === last) end.abort();
    return answer(event);
  };
  const ended = await follow(store, checkpoint, apply, end.signal, {
    together: 1,
    ...(every !== undefined && { every }),
  });
  return { ended, positions };
};

test('a follower goes on behind what it finished in an earlier life', async (t) => {
  const store = await storeWith(6);
  const path = await checkpointFile(t);
  const done = () => E.right('done' as const);
  const first = await followTo(store, fileCheckpoint(files, path), 2, done);
  t.deepEqual(first, { ended: E.right(undefined), positions: [0, 1, 2] });
  t.is(await readFile(path, 'utf8'), '2\n');
  const second = await followTo(store, fileCheckpoint(files, path), 5, done);
  t.deepEqual(second.positions, [3, 4, 5]);
});

test('a follower stops at an event that cannot be applied, and stops there again', async (t) => {
  const store = await storeWith(4);
  const path = await checkpointFile(t);
  const stuck = ({ position }: RecordedEvent) =>
    position === 2 ? E.left('cannot') : E.right('done' as const);
  const first = await followTo(store, fileCheckpoint(files, path), 3, stuck);
  t.deepEqual(first, { ended: E.left('cannot'), positions: [0, 1, 2] });
  const second = await followTo(store, fileCheckpoint(files, path), 3, stuck);
  t.deepEqual(second, { ended: E.left('cannot'), positions: [2] });
});

test('events that were nothing to a follower are remembered only now and then', async (t) => {
  const store = await storeWith(10);
  const stored: number[] = [];
  const checkpoint: Checkpoint = {
    load: async () => E.right(undefined),
    store: async (position) => {
      stored.push(position);
    },
  };
  const answer = ({ position }: RecordedEvent) =>
    E.right(position === 1 ? ('done' as const) : ('nothing-to-do' as const));
  await followTo(store, checkpoint, 9, answer, 4);
  t.deepEqual(stored, [1, 5, 9]);
});

test('an event that comes later is applied when it comes', async (t) => {
  const store = await storeWith(1);
  const checkpoint = fileCheckpoint(files, await checkpointFile(t));
  const following = followTo(store, checkpoint, 1, () => E.right('done'));
  await append(store, { stream: 's', expectedRevision: 0, events: events(1) });
  t.deepEqual((await following).positions, [0, 1]);
});

test('a log that cannot be read any more ends the follower with the reason', async (t) => {
  const store = await storeWith(1);
  const broken = async function* (): AsyncGenerator<ReadonlyArray<RecordedEvent>> {
    yield await collect(store.readAll());
    throw Object.assign(new Error('disk I/O error'), { type: 'unavailable', reason: 'disk I/O error' });
  };
  const checkpoint = fileCheckpoint(files, await checkpointFile(t));
  const { ended, positions } = await followTo({ ...store, subscribe: broken }, checkpoint, 9, () =>
    E.right('done'),
  );
  t.deepEqual(ended, E.left({ type: 'unavailable', reason: 'disk I/O error' }) as never);
  t.deepEqual(positions, [0]);
});

test('a defect in a follower is not taken for a failure of the log', async (t) => {
  const store = await storeWith(1);
  const checkpoint = fileCheckpoint(files, await checkpointFile(t));
  const defect = () => {
    throw new TypeError('a defect');
  };
  await t.throwsAsync(followTo(store, checkpoint, 0, defect), { instanceOf: TypeError });
});

/** Goes through what a store of so many events has, on its way to a signal that it may abort itself. */
const goThrough = async <Failure>(
  count: number,
  each: (
    event: RecordedEvent,
    abort: () => void,
  ) => E.Either<Failure, unknown> | Promise<E.Either<Failure, unknown>>,
) => {
  const over = new AbortController();
  const given: number[] = [];
  const ended = await eachSubscribed<Failure>(
    await storeWith(count),
    { from: 0, signal: over.signal },
    (event) => {
      given.push(event.position);
      return each(event, () => over.abort());
    },
  );
  return { given, ended };
};

test('of a page nothing is given behind an abort, nor behind a failure', async (t) => {
  const aborted = await goThrough(9, ({ position }, abort) => {
    if (position === 3) abort();
    return E.right(undefined);
  });
  t.deepEqual(aborted, { given: [0, 1, 2, 3], ended: E.right(undefined) });
  const meanwhile = await goThrough(9, async ({ position }, abort) => {
    await Promise.resolve();
    if (position === 5) abort();
    return E.right(undefined);
  });
  t.deepEqual(meanwhile, { given: [0, 1, 2, 3, 4, 5], ended: E.right(undefined) });
  for (const answer of [E.left('cannot'), Promise.resolve(E.left('cannot'))]) {
    const failed = await goThrough<string>(9, ({ position }) =>
      position === 2 ? answer : E.right(undefined),
    );
    t.deepEqual(failed, { given: [0, 1, 2], ended: E.left('cannot') });
  }
});

test('who promises is waited for before the next event is given, who answers at once is not', async (t) => {
  let [busy, turns] = [0, 0];
  const waited = await goThrough(5, async ({ position }, abort) => {
    busy += 1;
    t.is(busy, 1);
    await new Promise(setImmediate);
    busy -= 1;
    if (position === 4) abort();
    return E.right(undefined);
  });
  t.is(waited.given.length, 5);
  await goThrough(5, ({ position }, abort) => {
    t.is(turns, 0, 'the page is gone through in one go');
    queueMicrotask(() => {
      turns += 1;
    });
    if (position === 4) abort();
    return E.right(undefined);
  });
  t.is(turns, 5);
});

test('a checkpoint that is absent is none, and what was stored is loaded', async (t) => {
  const checkpoint = fileCheckpoint(files, await checkpointFile(t));
  t.deepEqual(await checkpoint.load(), E.right(undefined));
  await checkpoint.store(12);
  t.deepEqual(await checkpoint.load(), E.right(12));
});

test('a checkpoint that is there and says nothing is refused by name: nobody follows from it', async (t) => {
  const path = await checkpointFile(t);
  const store = await storeWith(2);
  const refusal = async (): Promise<string> => {
    const { ended, positions } = await followTo(store, fileCheckpoint(files, path), 9, () => E.right('done'));
    t.deepEqual(positions, []);
    if (E.isRight(ended) || typeof ended.left === 'string' || ended.left.type !== 'checkpoint-unreadable')
      throw new Error(JSON.stringify(ended));
    t.is(ended.left.path, path);
    const { msg, remedy } = describeCheckpoint(ended.left);
    t.true(msg.includes(path) && remedy.includes('remove it'));
    return ended.left.reason;
  };
  for (const text of ['', '12', '-1\n', 'twelve\n', '1 2\n', `${'9'.repeat(16)}\n`]) {
    await writeFile(path, text);
    t.is(await refusal(), 'it holds no position', JSON.stringify(text));
  }
  await rm(path);
  await mkdir(path);
  t.regex(await refusal(), /EISDIR/);
});
