import { readFile } from 'node:fs/promises';
import test from 'ava';
import { either as E } from 'fp-ts';
import { bootId } from '../../../adapters/system/boot-id.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';

test('random ids are UUIDs of version 4 and differ', (t) => {
  const drawn = Array.from({ length: 100 }, ids.random);
  t.is(new Set(drawn).size, 100);
  for (const id of drawn)
    t.regex(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a derived id is the one of RFC 9562, appendix A.4', (t) => {
  const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
  t.is(ids.derive(dns, 'www.example.com'), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
  t.is(ids.derive(dns.toUpperCase(), 'www.example.com'), ids.derive(dns, 'www.example.com'));
  // As the package uuid makes them: of a name's UTF-8, and with each of the variant's two free bits.
  t.is(ids.derive(dns, 'ä/𝄞'), 'e8e0f9c1-ab67-5f42-8534-2ca30c9a60ca');
  t.deepEqual(
    ['', 'b', 'c', 'd'].map((name) => ids.derive(dns, name)),
    [
      '4ebd0208-8328-5d69-8c44-ec50939c0967',
      '3f10dbe8-4cbd-5e31-9b1f-af0cb9dda9cf',
      'b72f1bcd-e229-57e2-bb24-d01077785f16',
      '95d46420-03c2-5289-8d90-cd5fb2f7378c',
    ],
  );
});

test('no id is derived within what is no UUID, or from what is no text', (t) => {
  for (const within of ['', 'ab', 'x'.repeat(32)])
    t.throws(() => ids.derive(within, 'a'), { instanceOf: TypeError, message: `${within} is no UUID` });
  t.throws(() => ids.derive('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'a\ud800'), {
    instanceOf: TypeError,
    message: '"a\\ud800" is no Unicode text',
  });
});

test('digests are those of FIPS 180-4, over the UTF-8 bytes', (t) => {
  t.is(sha256(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  t.is(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  t.is(sha256('é'), '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});

test('the boot id is the kernel’s', async (t) => {
  const kernels = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  t.deepEqual(await bootId(), E.right(kernels.trim()));
});
