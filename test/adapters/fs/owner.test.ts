import { chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { taskEither as TE } from 'fp-ts';
import { exclusivelyBy } from '../../../adapters/fs/exclusively.ts';
import { files } from '../../../adapters/fs/files.ts';
import { lockExclusively } from '../../../adapters/kernel/file-lock.ts';
import { must } from '../../support/must.ts';

/** Users that no machine has: what root writes for them is theirs all the same. */
const [service, other] = [64_001, 64_002];

const ownerOf = async (path: string) => {
  const { uid, gid, mode } = await stat(path);
  return [uid, gid, mode & 0o777];
};

test('what root writes and locks in the folder of another user is that user’s', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-test-owner-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await chown(folder, service, service);
  const path = join(folder, 'credentials.json');
  const lock = exclusivelyBy(lockExclusively);
  must(await lock(path, files.write(path, 'one', 0o600))());
  t.deepEqual(await ownerOf(path), [service, service, 0o600]);
  t.deepEqual(await ownerOf(`${path}.lock`), [service, service, 0o600]);
  await chown(path, other, other);
  must(await lock(path, files.write(path, 'two', 0o640))());
  t.deepEqual(await ownerOf(path), [other, other, 0o640]);
  must(await lock(path, TE.right(undefined))());
  t.deepEqual(await ownerOf(`${path}.lock`), [other, other, 0o600]);
});
