import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openNodeKey } from '../../../adapters/system/keys.ts';

const folderOf = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-test-keys-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

test('the key is made once, kept for us alone, and stays the same', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, 'node.pem');
  const first = await openNodeKey(path)();
  t.true(E.isRight(first));
  t.is((await stat(path)).mode & 0o777, 0o600);
  t.deepEqual(await openNodeKey(path)(), first);
  t.deepEqual(await readdir(folder), ['node.pem']);
});

test('the public key is the 32 raw bytes of RFC 8032', async (t) => {
  const path = join(await folderOf(t), 'node.pem');
  const key = await openNodeKey(path)();
  // The raw key is what ends the SubjectPublicKeyInfo (RFC 8410 §4).
  const spki = createPublicKey(await readFile(path)).export({ type: 'spki', format: 'der' });
  t.is(spki.length, 12 + 32);
  t.deepEqual(key, E.right({ publicKey: spki.subarray(12).toString('base64') }));
});

test('of many that start together all go on with one key', async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, 'node.pem');
  const keys = await Promise.all(Array.from({ length: 10 }, () => openNodeKey(path)()));
  t.is(new Set(keys.map((key) => JSON.stringify(key))).size, 1);
  t.true(keys.every(E.isRight));
  t.deepEqual(await readdir(folder), ['node.pem']);
});

const rsa = (): string => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
};

const foreign: Readonly<Record<string, { readonly text: string; readonly reason: string }>> = {
  'an empty file': { text: '', reason: 'not a private key in PEM; move it away, or name another file' },
  'some text': { text: 'hello\n', reason: 'not a private key in PEM; move it away, or name another file' },
  'an RSA key': { text: rsa(), reason: 'a key of type rsa, where Ed25519 is needed' },
};

for (const [what, { text, reason }] of Object.entries(foreign))
  test(`a foreign file is refused by name and left as it is: ${what}`, async (t) => {
    const path = join(await folderOf(t), 'node.pem');
    await writeFile(path, text, { mode: 0o600 });
    t.deepEqual(await openNodeKey(path)(), E.left({ type: 'key-refused', path, reason }));
    t.is(await readFile(path, 'utf8'), text);
  });

test('a key that others may read is refused with the line that mends it', async (t) => {
  const path = join(await folderOf(t), 'node.pem');
  await openNodeKey(path)();
  await chmod(path, 0o644);
  const reason = `others may read or write it (mode 644): chmod 600 ${path}`;
  t.deepEqual(await openNodeKey(path)(), E.left({ type: 'key-refused', path, reason }));
});

test('without the folder there is no key and a failure by name', async (t) => {
  const path = join(await folderOf(t), 'none', 'node.pem');
  const answer = await openNodeKey(path)();
  t.like(answer, { _tag: 'Left', left: { type: 'key-refused', path } });
});
