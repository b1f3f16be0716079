import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openNodeKey, openSigner } from '../../../adapters/system/keys.ts';
import { verifySignature } from '../../../adapters/system/verify-signature.ts';

test('the node signs with its key, and only that key, text and signature fit together', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-signature-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'node.key');
  const missing = await openSigner(path)();
  t.like(missing, { _tag: 'Left', left: { type: 'key-refused', path } });
  const key = await openNodeKey(path)();
  const other = await openNodeKey(join(folder, 'other.key'))();
  const signer = await openSigner(path)();
  if (E.isLeft(key) || E.isLeft(other) || E.isLeft(signer)) return t.fail();
  const { publicKey, sign } = signer.right;
  t.is(publicKey, key.right.publicKey);
  const signature = sign('a line');
  t.is(Buffer.from(signature, 'base64').length, 64);
  t.true(verifySignature(publicKey, 'a line', signature));
  t.false(verifySignature(publicKey, 'another line', signature));
  t.false(verifySignature(other.right.publicKey, 'a line', signature));
  t.false(verifySignature(publicKey, 'a line', sign('another line')));
  for (const nonsense of ['', 'key', 'A'.repeat(44)]) t.false(verifySignature(nonsense, 'a line', signature));
  t.false(verifySignature(publicKey, 'a line', 'no signature'));
});

// RFC 8032, section 7.1, test 1: the empty message.
test("the RFC's own signature is right", (t) => {
  const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
  const publicKey = base64('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  const signature = base64(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
  t.true(verifySignature(publicKey, '', signature));
  t.false(verifySignature(publicKey, ' ', signature));
});
