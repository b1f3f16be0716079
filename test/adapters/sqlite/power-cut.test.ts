import { once } from 'node:events';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { append, collect, events, upTo } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { killHard, startChild } from './child.ts';
import { afterPowerCut, diskFolder, failingDisk } from './disk-image.ts';
import { openAt } from './scratch.ts';

test('what was acknowledged survives a power cut, and what was only written is flushed with the next', async (t) => {
  const folder = diskFolder(t);
  const store = openAt(join(folder, 'disk', 'log.db'));
  t.teardown(store.close);

  const acknowledged: string[] = [];
  for (const round of upTo(5)) {
    const wanted = { stream: `s-${round}`, expectedRevision: 'no-stream', events: events(2) } as const;
    await append(store, wanted);
    acknowledged.push(...wanted.events.map(({ id }) => id));
    t.deepEqual(await afterPowerCut(t, folder, `cut-${round}`), acknowledged);
  }

  const written = {
    stream: 'w',
    expectedRevision: 'no-stream',
    events: events(1),
    durability: 'written',
  } as const;
  await append(store, written);
  await append(store, { stream: 'x', expectedRevision: 'no-stream', events: events(1) });
  t.is((await afterPowerCut(t, folder, 'flushed')).length, 12);

  const later = { stream: 'y', expectedRevision: 'no-stream', events: events(1) } as const;
  await append(store, { ...later, durability: 'written' });
  await append(store, later);
  t.is((await afterPowerCut(t, folder, 'repeated')).length, 13);

  const last = { stream: 'z', expectedRevision: 'no-stream', events: events(1) } as const;
  const appending = store.append({ ...last, durability: 'written' })();
  t.true(E.isRight(await store.flush()()));
  t.true(E.isRight(await appending));
  t.is((await afterPowerCut(t, folder, 'asked-for')).length, 14);
});

/** What a writer that died had written and not flushed is on disk when the next opener reads it. */
const isFlushedAtOpening = async (t: ExecutionContext, folder: string): Promise<void> => {
  const path = join(folder, 'disk', 'log.db');
  const child = startChild(t, 'unflushed-writer.ts', path);
  t.deepEqual((await once(child, 'message'))[0], 'written');
  await killHard(child);
  const store = openAt(path);
  t.teardown(store.close);
  const read = (await collect(store.readAll())).map(({ id }) => id);
  t.is(read.length, 1);
  t.deepEqual(await afterPowerCut(t, folder, 'cut'), read);
};

test('a log opened after its writer died is flushed before anyone reads it', async (t) => {
  const folder = diskFolder(t);
  await isFlushedAtOpening(t, folder);
});

test('what a reader kept in the write-ahead file is on disk before anyone acts on it', async (t) => {
  const { folder } = failingDisk(t);
  const path = join(folder, 'disk', 'log.db');
  await openAt(path).close();
  const reader = must(openSqliteReader(path));
  t.teardown(reader.close);
  await isFlushedAtOpening(t, folder);
});
