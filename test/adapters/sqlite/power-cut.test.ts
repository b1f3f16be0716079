import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { append, collect, events, upTo } from '../../contract/event-store/support.ts';
import { runSync } from '../../support/run.ts';
import { killHard, startChild } from './child.ts';
import { openAt, scratchFolder } from './scratch.ts';

// A file system in a file: the file holds what has reached the disk and nothing else, so a copy of it is the disk as a
// power cut at that moment would leave it.

const mountImage = (t: ExecutionContext, image: string, folder: string): void => {
  mkdirSync(folder);
  runSync('mount', '-o', 'loop', image, folder);
  t.teardown(() => runSync('umount', folder));
};

/** The ids in the log as they are found after a power cut now. */
const afterPowerCut = async (
  t: ExecutionContext,
  folder: string,
  cut: string,
): Promise<ReadonlyArray<string>> => {
  copyFileSync(join(folder, 'disk.img'), join(folder, `${cut}.img`));
  mountImage(t, join(folder, `${cut}.img`), join(folder, cut));
  const store = openAt(join(folder, cut, 'log.db'));
  const ids = (await collect(store.readAll())).map(({ id }) => id);
  await store.close();
  return ids;
};

/** A folder with a file system in `disk.img`, mounted at `disk`. */
const diskFolder = (t: ExecutionContext): string => {
  const folder = scratchFolder(t);
  runSync('truncate', '--size=16M', join(folder, 'disk.img'));
  runSync('mkfs.ext4', '-q', join(folder, 'disk.img'));
  mountImage(t, join(folder, 'disk.img'), join(folder, 'disk'));
  return folder;
};

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

test('a log opened after its writer died is flushed before anyone reads it', async (t) => {
  const folder = diskFolder(t);
  const path = join(folder, 'disk', 'log.db');
  const child = startChild(t, 'unflushed-writer.ts', path);
  t.deepEqual((await once(child, 'message'))[0], 'written');
  await killHard(child);
  const store = openAt(path);
  t.teardown(store.close);
  const read = (await collect(store.readAll())).map(({ id }) => id);
  t.is(read.length, 1);
  t.deepEqual(await afterPowerCut(t, folder, 'cut'), read);
});
