import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { append, collect, event, events, upTo } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { afterPowerCut, failingDisk } from './disk-image.ts';
import { openAt } from './scratch.ts';

const ids = async (store: ReturnType<typeof openAt>): Promise<ReadonlyArray<string>> =>
  (await collect(store.readAll())).map(({ id }) => id);

/** Wants blocks that the disk never had. */
const large = (stream: string) => ({
  stream,
  expectedRevision: 'no-stream' as const,
  events: [event(`"${'x'.repeat(400_000)}"`)],
});

const refused = (answer: E.Either<object, unknown>): boolean =>
  E.isLeft(answer) && 'flush' in answer.left && answer.left.flush === 'refused';

test('behind a refused flush nothing is acknowledged, though the disk takes the next one', async (t) => {
  const { folder, fail, mend } = failingDisk(t);
  const path = join(folder, 'disk', 'log.db');
  const store = openAt(path);
  t.teardown(store.close);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  const acknowledged = await ids(store);
  const reader = must(openSqliteReader(path));
  t.teardown(reader.close);
  fail();
  await append(store, { ...large('b'), durability: 'written' });
  t.true(refused(await store.flush()()));
  mend();
  t.true(refused(await store.flush()()));
  for (const durability of ['fsync', 'written'] as const)
    t.true(
      refused(
        await store.append({ stream: 'c', expectedRevision: 'no-stream', events: events(1), durability })(),
      ),
    );
  t.true(refused(await store.clients.append({ stream: 'd', expected: 'any', events: [] })()));
  t.is(store.latched()?.flush, 'refused');
  t.is((await ids(store)).length, 2);
  t.deepEqual(await afterPowerCut(t, folder, 'latched'), acknowledged);
  await store.close();

  const again = openAt(path);
  t.teardown(again.close);
  const found = await ids(again);
  t.deepEqual(found.slice(0, 1), acknowledged);
  t.deepEqual(await afterPowerCut(t, folder, 'opened'), found);
  await append(again, { stream: 'c', expectedRevision: 'no-stream', events: events(1) });
  t.deepEqual(await afterPowerCut(t, folder, 'appended'), await ids(again));
});

test('a commit whose flush the disk refused is the last, and closing leaves both files as they are', async (t) => {
  const { folder, fail, mend } = failingDisk(t);
  const path = join(folder, 'disk', 'log.db');
  const store = openAt(path);
  t.teardown(store.close);
  fail();
  t.true(refused(await store.append(large('a'))()));
  mend();
  t.true(refused(await store.append(large('a'))()));
  t.deepEqual(await ids(store), []);
  const [log, wal] = [readFileSync(path), readFileSync(`${path}-wal`)];
  await store.close();
  t.deepEqual([readFileSync(path).equals(log), readFileSync(`${path}-wal`).equals(wal)], [true, true]);
});

test('closing behind a refused flush needs nothing that the machine may refuse as well', async (t) => {
  const { folder, fail, mend } = failingDisk(t);
  const path = join(folder, 'disk', 'log.db');
  const store = openAt(path);
  t.teardown(store.close);
  fail();
  t.true(refused(await store.append(large('a'))()));
  mend();
  const wal = readFileSync(`${path}-wal`);
  // Whoever would open it now finds nothing.
  renameSync(path, `${path}-away`);
  await t.notThrowsAsync(store.close());
  renameSync(`${path}-away`, path);
  t.true(readFileSync(`${path}-wal`).equals(wal));
  await openAt(path).close();
});

test('a flush that the disk refused in a checkpoint is not kept quiet', async (t) => {
  const { folder, fail, mend } = failingDisk(t);
  const store = openAt(join(folder, 'disk', 'log.db'));
  t.teardown(store.close);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  fail();
  // One group, and more than the write-ahead file is to hold.
  const group = upTo(14).map((index) => store.append({ ...large(`s-${index}`), durability: 'written' })());
  t.true((await Promise.all(group)).every(E.isRight));
  t.is(store.latched()?.flush, 'refused');
  mend();
  t.true(refused(await store.flush()()));
});

test('a flush that the disk refused when the write-ahead file was to be emptied is the last', async (t) => {
  const { folder, fail, mend } = failingDisk(t);
  const store = openAt(join(folder, 'disk', 'log.db'));
  t.teardown(store.close);
  await append(store, {
    stream: 'a',
    expectedRevision: 'no-stream',
    events: events(1),
    durability: 'written',
  });
  fail();
  await append(store, { ...large('b'), durability: 'written' });
  t.true(refused(await store.clearRemains()()));
  mend();
  t.true(refused(await store.clearRemains()()));
});

test('a log on a disk that refuses to flush is not opened', async (t) => {
  const { folder, fail, mend } = failingDisk(t);
  const path = join(folder, 'disk', 'log.db');
  const store = openAt(path);
  t.teardown(store.close);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  fail();
  await append(store, { ...large('b'), durability: 'written' });
  t.true(refused(await store.flush()()));
  await store.close();
  t.throws(() => openAt(path), {
    message: /log-unavailable.*(the disk refused to flush|log\.db-lock failed)/,
  });
  mend();
  const again = openAt(path);
  t.teardown(again.close);
  t.deepEqual(await afterPowerCut(t, folder, 'opened'), await ids(again));
});
