import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { makeFolders } from '../../../adapters/fs/folder.ts';
import { openAddressFolders } from '../../../adapters/host-local/address-folder.ts';
import { lockExclusively } from '../../../adapters/kernel/file-lock.ts';
import { renewNames } from '../../../adapters/sqlite/create.ts';
import { append, collect, events } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { failingDisk, mountImage } from '../sqlite/disk-image.ts';
import { openAt } from '../sqlite/scratch.ts';

const flush = (path: string): void => {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

/** What a power cut now would leave of a folder. */
const namesAfterPowerCut = (t: ExecutionContext, folder: string, of: string): ReadonlyArray<string> => {
  const image = join(folder, 'cut.img');
  copyFileSync(join(folder, 'disk.img'), image);
  // As a boot does without a journal: files without a name, and names without a file, go. 1 says that there were such.
  t.true([0, 1].includes(spawnSync('e2fsck', ['-f', '-y', image]).status ?? -1));
  mountImage(t, image, join(folder, 'cut'));
  return readdirSync(join(folder, 'cut', of)).sort();
};

/** A folder that the disk refused to take, with a file in it, on a disk that takes everything again. */
const refusedFolder = (t: ExecutionContext, journal = false) => {
  const { folder, fail, mend } = failingDisk(t, journal);
  const path = join(folder, 'disk', 'names');
  return {
    folder,
    path,
    refuse: (fill: () => void): void => {
      fail();
      mkdirSync(path);
      fill();
      t.throws(() => flush(path), { code: 'EIO' });
      mend();
      // Its own name is on disk.
      if (!journal) flush(join(folder, 'disk'));
    },
  };
};

test('Linux takes a folder that the disk refused for written', (t) => {
  const { folder, path, refuse } = refusedFolder(t);
  refuse(() => writeFileSync(join(path, 'a'), ''));
  t.notThrows(() => flush(path));
  t.deepEqual(readdirSync(path), ['a']);
  t.throws(() => namesAfterPowerCut(t, folder, 'names'), { code: 'ENOENT' });
});

test('a file system that ended all changes at the refusal, and still takes flushes, acknowledges none of ours', async (t) => {
  const { path, refuse } = refusedFolder(t, true);
  refuse(() => {
    for (const name of ['log.db', 'log.db-lock', 'lock']) writeFileSync(join(path, name), '');
  });
  const addresses = must(await openAddressFolders(lockExclusively, makeFolders).open(path)());
  for (let times = 1; times <= 2; times += 1) {
    t.like(await files.remove(join(path, 'a'))(), { left: { type: 'file-failed' } });
    t.like(await addresses.remove('10.1.2.3')(), { left: { type: 'file-failed' } });
    t.throws(() => renewNames(join(path, 'log.db')));
  }
  addresses.close();
});

test('what was removed, and said to be, is removed on disk behind a flush that was refused', async (t) => {
  const { folder, path, refuse } = refusedFolder(t);
  refuse(() => {
    writeFileSync(join(path, 'a'), '');
    writeFileSync(join(path, 'b'), '');
    rmSync(join(path, 'a'));
  });
  t.deepEqual(await files.remove(join(path, 'a'))(), E.right(undefined));
  t.deepEqual(namesAfterPowerCut(t, folder, 'names'), ['b']);
});

test('so is an address that was given back', async (t) => {
  const { folder, path, refuse } = refusedFolder(t);
  refuse(() => {
    for (const name of ['10.1.2.3', '10.1.2.4', 'lock']) writeFileSync(join(path, name), '');
    rmSync(join(path, '10.1.2.3'));
  });
  const addresses = must(await openAddressFolders(lockExclusively, makeFolders).open(path)());
  must(await addresses.remove('10.1.2.3')());
  must(await addresses.flush()());
  addresses.close();
  t.deepEqual(namesAfterPowerCut(t, folder, 'names'), ['10.1.2.4', 'lock']);
});

test('so is the name of a log, which its opening makes sure of', (t) => {
  const { folder, path, refuse } = refusedFolder(t);
  refuse(() => {
    for (const name of ['log.db', 'log.db-lock']) writeFileSync(join(path, name), '');
  });
  renewNames(join(path, 'log.db'));
  t.deepEqual(namesAfterPowerCut(t, folder, 'names'), ['log.db', 'log.db-lock']);
});

test('a log that is opened under a name that the disk refused is there behind a power cut', async (t) => {
  const { folder, path, refuse } = refusedFolder(t);
  const made = join(folder, 'disk', 'log.db');
  await openAt(made).close();
  refuse(() => linkSync(made, join(path, 'log.db')));
  const store = openAt(join(path, 'log.db'));
  t.teardown(store.close);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  const acknowledged = (await collect(store.readAll())).map(({ id }) => id);
  namesAfterPowerCut(t, folder, 'names');
  const found = openAt(join(folder, 'cut', 'names', 'log.db'));
  t.teardown(found.close);
  t.deepEqual(
    (await collect(found.readAll())).map(({ id }) => id),
    acknowledged,
  );
});
