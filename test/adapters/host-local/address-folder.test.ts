import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { makeFolders } from '../../../adapters/fs/folder.ts';
import { openAddressFolders } from '../../../adapters/host-local/address-folder.ts';
import { lockExclusively } from '../../../adapters/kernel/file-lock.ts';
import { must } from '../../support/must.ts';
import { runToEnd } from '../../support/node.ts';

const folders = openAddressFolders(lockExclusively, makeFolders);

const makeFolder = async (t: { readonly teardown: (undo: () => Promise<void>) => void }) => {
  const root = await mkdtemp(join(tmpdir(), 'evio-addresses-'));
  t.teardown(() => rm(root, { recursive: true }));
  return join(root, 'networks', 'lan');
};

test('a folder is made as host-local makes it, and what is created is whole and nobody else’s', async (t) => {
  const path = await makeFolder(t);
  const folder = must(await folders.open(path)());
  t.is((await stat(path)).mode & 0o777, 0o755);
  t.true(must(await folder.create('10.1.2.3', 'c1\r\neth0')()));
  t.false(must(await folder.create('10.1.2.3', 'c2\r\neth0')()), 'what is there stays');
  t.is(await readFile(join(path, '10.1.2.3'), 'utf8'), 'c1\r\neth0');
  t.is(must(await folder.read('10.1.2.3')()), 'c1\r\neth0');
  t.is(must(await folder.read('10.1.2.4')()), undefined);
  must(await folder.replace('last_reserved_ip.0', '10.1.2.3')());
  must(await folder.replace('last_reserved_ip.0', '10.1.2.4')());
  t.is(await readFile(join(path, 'last_reserved_ip.0'), 'utf8'), '10.1.2.4');
  t.deepEqual([...must(await folder.names()())].sort(), ['10.1.2.3', 'last_reserved_ip.0', 'lock']);
  must(await folder.remove('10.1.2.3')());
  must(await folder.remove('10.1.2.3')());
  must(await folder.flush()());
  t.deepEqual((await readdir(path)).sort(), ['last_reserved_ip.0', 'lock']);
  folder.close();
});

test('what a killed process left half-written is written over, and is in nobody’s way', async (t) => {
  const path = await makeFolder(t);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, '.evio-ipam.tmp'), 'half');
  const folder = must(await folders.open(path)());
  t.true(must(await folder.create('10.1.2.3', 'c1\r\neth0')()));
  t.deepEqual((await readdir(path)).sort(), ['10.1.2.3', 'lock']);
  folder.close();
});

test('a pipe that bears the name of an address is read as empty, and nobody waits for its writer', async (t) => {
  const path = await makeFolder(t);
  const folder = must(await folders.open(path)());
  t.is((await runToEnd(['mkfifo', join(path, '10.1.2.3')])).code, 0);
  t.is(must(await folder.read('10.1.2.3')()), '');
  folder.close();
});

test('one at a time, and nobody of host-local meanwhile', async (t) => {
  const path = await makeFolder(t);
  const first = must(await folders.open(path)());
  t.deepEqual(await folders.open(path)(), E.left({ type: 'folder-busy', path }));
  t.is((await runToEnd(['flock', '--nonblock', join(path, 'lock'), 'true'])).code, 1);
  first.close();
  t.is((await runToEnd(['flock', '--nonblock', join(path, 'lock'), 'true'])).code, 0);
  must(await folders.open(path)()).close();
});

test('a folder that cannot be made is named, with the reason', async (t) => {
  const path = await makeFolder(t);
  await mkdir(join(path, '..', '..'), { recursive: true });
  await writeFile(join(path, '..'), 'a file');
  const opened = await folders.open(path)();
  t.like(opened, { left: { type: 'file-failed', path } });
  t.regex(JSON.stringify(opened), /EEXIST|ENOTDIR/);
});

test('a dataDir where nothing can be made is refused, and does not stop the agent', async (t) => {
  const path = '/proc/evio/networks/lan';
  const opened = await folders.open(path)();
  t.like(opened, { left: { type: 'file-failed', path } });
  t.regex(JSON.stringify(opened), /ENOENT/);
});
