import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { diskRoomOf } from '../../../adapters/fs/disk-room.ts';
import { runSync } from '../../support/run.ts';

test('the log counts with its write-ahead file, and free is what its own file system has', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-disk-room-'));
  runSync('mount', '-t', 'tmpfs', '-o', 'size=8m', 'none', folder);
  t.teardown(() => {
    runSync('umount', folder);
    rmSync(folder, { recursive: true });
  });
  const log = join(folder, 'ledger.db');
  t.deepEqual(await diskRoomOf(log)(), E.right({ used: 0, free: 2 ** 23 }));
  writeFileSync(log, Buffer.alloc(2 ** 20));
  writeFileSync(`${log}-wal`, Buffer.alloc(2 ** 21));
  t.deepEqual(await diskRoomOf(log)(), E.right({ used: 3 * 2 ** 20, free: 5 * 2 ** 20 }));
  t.like(await diskRoomOf('/none/ledger.db')(), E.left({ type: 'file-failed' as const }));
});
