import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import {
  addressBits,
  family,
  fromNumber,
  IpAddress,
  parseAddress,
  toNumber,
} from '../../../domain/ip/address.ts';

const reads = test.macro({
  exec: (t, text: string, canonical: string) => {
    t.deepEqual(parseAddress(text), E.right(canonical as IpAddress));
    t.true(IpAddress.is(canonical), 'the canonical text is an address');
    t.is(IpAddress.is(text), text === canonical, 'no other spelling is');
  },
  title: (_, text, canonical) => `${text} is ${text === canonical ? 'canonical' : canonical}`,
});

test(reads, '10.244.3.17', '10.244.3.17');
test(reads, '0.0.0.0', '0.0.0.0');
test(reads, '255.255.255.255', '255.255.255.255');
test(reads, '::', '::');
test(reads, '::1', '::1');
// RFC 5952 §4.1: no leading zeros; §4.2.1: as short as possible; §4.2.2: not for a single group; §4.2.3: the longest run,
// the first of equal ones; §4.3: lower case; §5: a dotted tail of ::ffff:0:0/96 may be written in groups.
test(reads, '2001:0db8::0001', '2001:db8::1');
test(reads, '2001:db8:0:0:0:0:2:1', '2001:db8::2:1');
test(reads, '2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1');
test(reads, '2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1');
test(reads, '2001:0:0:1:0:0:0:1', '2001:0:0:1::1');
test(reads, '2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1');
test(reads, '2001:DB8::AbCd', '2001:db8::abcd');
test(reads, 'fd00:244:0:0:0:0:0:0', 'fd00:244::');
test(reads, '0:0:0:0:0:0:0:0', '::');

const refuses = test.macro({
  exec: (t, text: string) => {
    t.deepEqual(parseAddress(text), E.left({ type: 'not-an-address', text }));
    t.false(IpAddress.is(text));
  },
  title: (_, text) => `"${text}" is no address`,
});

for (const text of [
  '',
  '10.244.3',
  '10.244.3.256',
  '10.244.3.-1',
  '10.244.3.17.1',
  '010.244.3.17',
  '10.244.3.017',
  '0x0a.1.1.1',
  '10.244.3.17/24',
  ' 10.244.3.17',
  '10.244.3.17\n',
  'localhost',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  'fd00::12345',
  'fd00::g',
  'fe80::1%eth0',
  'fd00::1/64',
  '[::1]',
]) {
  test(refuses, text);
}

test('a mapped IPv4 address is an IPv6 address, in every spelling the same', (t) => {
  t.deepEqual(parseAddress('::ffff:10.0.0.1'), parseAddress('::ffff:a00:1'));
});

const anyFamily = fc.constantFrom(4 as const, 6 as const);

test('every number of a family is one address of that family, and back', (t) => {
  fc.assert(
    fc.property(anyFamily, fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (of, big) => {
      const number = big % 2n ** BigInt(addressBits(of));
      const address = fromNumber(of, number);
      t.is(toNumber(address), number);
      t.is(family(address), of);
      t.deepEqual(parseAddress(address), E.right(address));
    }),
  );
});

test('the edges of both families', (t) => {
  t.is(fromNumber(4, 0n), '0.0.0.0' as IpAddress);
  t.is(fromNumber(4, 2n ** 32n - 1n), '255.255.255.255' as IpAddress);
  t.is(fromNumber(6, 0n), '::' as IpAddress);
  t.is(fromNumber(6, 2n ** 128n - 1n), 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' as IpAddress);
});
