import { copyFileSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { damageOf } from '../../../adapters/sqlite/damage.ts';
import { droppedRuns } from '../../../adapters/sqlite/dropped-runs.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import { append, collect, events, oneByOne } from '../../contract/event-store/support.ts';
import { archiveHash, drop, writeEras } from '../../support/dropped.ts';
import { generatedAppends } from '../../support/logged.ts';
import { openAt, scratchFolder } from './scratch.ts';

const begin = async (t: ExecutionContext, spec?: string) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const store = openAt(path);
  t.teardown(store.close);
  const [era = '', ...others] = await writeEras(store, spec);
  return { path, store, era, others };
};

const thrown = async (reading: AsyncIterable<RecordedEvent>) => {
  const read: RecordedEvent[] = [];
  try {
    for await (const event of reading) read.push(event);
  } catch (error) {
    const { type, stream, from, to, archive } = error as Record<string, unknown>;
    return { read, failure: { type, stream, from, to, archive } };
  }
  return { read, failure: undefined };
};

test('a dropped era is named in its place, and passed over only by who says so', async (t) => {
  const { store, era } = await begin(t);
  const before = await collect(store.readAll());
  const first = before.findIndex(({ stream }) => stream === era);
  const last = before.findIndex(({ stream }, at) => at > first && stream !== era) - 1;
  await drop(store, era);
  const archived = { type: 'archived', stream: era, from: first, to: last, archive: archiveHash };

  t.deepEqual(await thrown(store.readAll()), { read: before.slice(0, first), failure: archived });
  t.like(await thrown(store.readAll(first)), { read: [], failure: archived });
  t.like((await thrown(store.readStream(era))).failure, archived);
  const kept = before.filter(({ stream }) => stream !== era);
  t.deepEqual(await collect(store.readAll(0, 'passed-over')), kept);
  t.deepEqual(await collect(store.readStream(era, 0, 'passed-over')), []);
  const end = before.findLastIndex(({ stream }) => stream === era) + 1;
  t.deepEqual(await collect(store.readAll(end)), before.slice(end), 'behind it nothing is missing');
});

test('a follower that would begin before a dropped era is told, one that can do without it is not', async (t) => {
  const { store, era } = await begin(t);
  const kept = (await collect(store.readAll())).filter(({ stream }) => stream !== era);
  await drop(store, era);
  const { signal } = new AbortController();
  for (const types of [undefined, ['PodAdded', 'JoinRequested']]) {
    const following = oneByOne(store.subscribe({ from: 0, signal, ...(types && { types }) }));
    t.like((await thrown(following)).failure, { type: 'archived', stream: era });
  }
  const some: RecordedEvent[] = [];
  for await (const event of oneByOne(store.subscribe({ from: 0, signal, archived: 'passed-over' }))) {
    some.push(event);
    if (some.length === kept.length) break;
  }
  t.deepEqual(some, kept);
});

test('a follower that is at a page before a dropped era when the log closes is not told of it', async (t) => {
  const { store, era } = await begin(t);
  const first = (await collect(store.readAll())).findIndex(({ stream }) => stream === era);
  await drop(store, era);
  const some: RecordedEvent[] = [];
  for await (const page of store.subscribe({ from: 0, signal: new AbortController().signal })) {
    some.push(...page);
    if (some.length === first) await store.close();
  }
  t.is(some.length, first);
});

test('a follower that ends before a dropped era is not told of it', async (t) => {
  const { store, era } = await begin(t);
  const first = (await collect(store.readAll())).findIndex(({ stream }) => stream === era);
  await drop(store, era);
  const over = new AbortController();
  const some: RecordedEvent[] = [];
  for await (const page of store.subscribe({ from: 0, signal: over.signal })) {
    some.push(...page);
    if (some.length === first) over.abort();
  }
  t.is(some.length, first);
});

test('a dropped stream has ended where it had: nothing can be appended to it, now or later', async (t) => {
  const { path, store, era } = await begin(t);
  const head = await store.head(era)();
  await drop(store, era);
  t.deepEqual(await store.head(era)(), head);
  const refuses = async (log: typeof store) => {
    const fresh = { stream: era, expectedRevision: 'no-stream' as const, events: events(1) };
    t.like(await log.append(fresh)(), E.left({ type: 'conflict' as const, stream: era }));
  };
  await refuses(store);
  await store.close();
  const again = openAt(path);
  t.teardown(again.close);
  t.deepEqual(await again.head(era)(), head);
  await refuses(again);
  const last = await collect(again.readAll(0, 'passed-over'));
  const one = await append(again, { stream: 'more', expectedRevision: 'no-stream', events: events(1) });
  t.is(one.position, (last.at(-1)?.position ?? 0) + 1);
});

test('an era that ends otherwise than its archive is not dropped', async (t) => {
  const { store, era } = await begin(t);
  const before = await collect(store.readAll());
  const head = await store.head(era)();
  const revision = E.isRight(head) ? (head.right?.revision ?? 0) : 0;
  const refused = await store.dropEra({ stream: era, revision, hash: archiveHash, archive: archiveHash })();
  t.like(refused, E.left({ type: 'era-not-dropped' as const, stream: era }));
  t.deepEqual(await collect(store.readAll()), before);
});

test('what is dropped leaves the file, which is smaller for it', async (t) => {
  const { path, store, era, others } = await begin(t, 'nodes=1,events=6000,seed=5,era-events=1000');
  await store.close();
  const before = statSync(path).size;
  const again = openAt(path);
  t.teardown(again.close);
  for (const stream of [era, ...others]) await drop(again, stream);
  t.is(statSync(`${path}-wal`).size, 0);
  t.true(statSync(path).size < before / 3, `${statSync(path).size} of ${before} bytes`);
});

test('a log that was made before eras gives its room back all the same', async (t) => {
  const { path, store, era, others } = await begin(t, 'nodes=1,events=6000,seed=5,era-events=1000');
  await store.close();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA auto_vacuum = NONE; VACUUM');
  db.close();
  const before = statSync(path).size;
  const old = openAt(path);
  t.teardown(old.close);
  for (const stream of [era, ...others]) await drop(old, stream);
  t.true(statSync(path).size < before / 3, `${statSync(path).size} of ${before} bytes`);
});

test('the death of the process in the middle of a drop or behind it loses nothing else', async (t) => {
  const { path, store, era } = await begin(t);
  const kept = (await collect(store.readAll())).filter(({ stream }) => stream !== era);
  const copies: string[] = [];
  const folder = scratchFolder(t);
  const keepCopy = (name: string): void => {
    const copy = `${folder}/${name}.db`;
    for (const suffix of ['', '-wal', '-lock']) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
    copies.push(copy);
  };
  keepCopy('before');
  const dropping = drop(store, era);
  keepCopy('begun');
  await new Promise(setImmediate);
  keepCopy('under-way');
  await dropping;
  keepCopy('behind');
  for (const copy of copies) {
    const found = openAt(copy);
    t.teardown(found.close);
    await drop(found, era);
    t.deepEqual(await collect(found.readAll(0, 'passed-over')), kept, copy);
  }
});

test('the end that was written down last may be dropped: the log is still taken for the one that was left', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const appends = generatedAppends('nodes=1,events=300,seed=5,era-events=60');
  const era = appends.find(({ events: all }) => all.some(({ type }) => type === 'EraClosed'))?.stream;
  const inside = appends.findIndex(({ stream }) => stream === era) + 1;
  const first = openAt(path);
  for (const one of appends.slice(0, inside)) await append(first, one);
  await first.close();
  const store = openAt(path);
  t.teardown(store.close);
  for (const one of appends.slice(inside)) await append(store, { ...one, durability: 'written' });
  await drop(store, era ?? '');
  const copy = `${scratchFolder(t)}/copy.db`;
  for (const suffix of ['', '-wal', '-lock']) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
  await openAt(copy).close();
  t.pass();
});

test('what stands for dropped events is sealed', async (t) => {
  const { path, store, era } = await begin(t);
  await drop(store, era);
  await store.close();
  const db = new DatabaseSync(path);
  t.is(damageOf(db), undefined);
  db.exec('UPDATE dropped SET archive = hash');
  t.regex(damageOf(db) ?? '', /was altered/);
  db.close();
});

test('an era that goes by the piece is as few runs as others leave it, under the seal of them all', async (t) => {
  const { path, store, era } = await begin(t, 'nodes=2,events=5500,seed=5,era-events=2200');
  const positions = (await collect(store.readStream(era))).map(({ position }) => position);
  t.true(positions.length > 2000, 'more than one piece');
  await drop(store, era);
  await store.close();
  const db = new DatabaseSync(path, { readOnly: true });
  t.teardown(() => db.close());
  const runs = droppedRuns(db);
  t.deepEqual(
    runs.map(({ from }) => from),
    positions.filter((position, at) => positions[at - 1] !== position - 1),
  );
  t.deepEqual(
    runs.map(({ to }) => to),
    positions.filter((position, at) => positions[at + 1] !== position + 1),
  );
  const meta = "SELECT json_array('evio-meta/1', only, log_id, epoch, created, flushes) AS text FROM meta";
  t.is(
    db.prepare('SELECT hash FROM seal').get()?.['hash'],
    sha256(`${db.prepare(meta).get()?.['text']}${JSON.stringify(runs)}`),
  );
});
