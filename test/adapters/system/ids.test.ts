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
