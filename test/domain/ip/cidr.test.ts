import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { addressBits, fromNumber } from '../../../domain/ip/address.ts';
import {
  addressAt,
  Cidr,
  cidrFamily,
  contains,
  network,
  offsetOf,
  overlaps,
  parseCidr,
  prefixLength,
  size,
  subnetAt,
  subnetIndex,
} from '../../../domain/ip/cidr.ts';
import { address, cidr } from '../../support/cluster.ts';

const reads = test.macro({
  exec: (t, text: string, canonical: string) => {
    t.deepEqual(parseCidr(text), E.right(cidr(canonical)));
    t.true(Cidr.is(canonical));
    t.is(Cidr.is(text), text === canonical);
  },
  title: (_, text, canonical) => `${text} is ${text === canonical ? 'canonical' : canonical}`,
});

test(reads, '10.244.0.0/16', '10.244.0.0/16');
test(reads, '0.0.0.0/0', '0.0.0.0/0');
test(reads, '10.0.0.1/32', '10.0.0.1/32');
test(reads, 'fd00:244::/48', 'fd00:244::/48');
test(reads, 'FD00:0244:0::/48', 'fd00:244::/48');
test(reads, '::/0', '::/0');
test(reads, '::1/128', '::1/128');

const hasHostBits = test.macro({
  exec: (t, text: string, meant: string) => {
    t.deepEqual(parseCidr(text), E.left({ type: 'host-bits-set', text, network: meant }));
    t.false(Cidr.is(text));
  },
  title: (_, text, meant) => `${text} has host bits set: ${meant}`,
});

test(hasHostBits, '10.244.0.16/16', '10.244.0.0/16');
test(hasHostBits, '10.244.255.255/9', '10.128.0.0/9');
test(hasHostBits, '1.2.3.4/0', '0.0.0.0/0');
test(hasHostBits, 'fd00::1/64', 'fd00::/64');
test(hasHostBits, 'fd00:0:0:1::/63', 'fd00::/63');

const refuses = test.macro({
  exec: (t, text: string) => t.deepEqual(parseCidr(text), E.left({ type: 'not-a-cidr', text })),
  title: (_, text) => `"${text}" is no CIDR`,
});

for (const text of [
  '',
  '/',
  '10.244.0.0',
  '10.244.0.0/',
  '10.244.0.0/33',
  '10.244.0.0/016',
  '10.244.0.0/+16',
  '10.244.0.0/ 16',
  '10.244.0.0/255.255.0.0',
  '10.244.0.0/16/24',
  '10.244/16',
  'fd00::/129',
  'fd00::/-1',
  'fe80::%eth0/64',
]) {
  test(refuses, text);
}

test('a network and its parts', (t) => {
  const of = cidr('10.244.3.0/24');
  t.deepEqual(
    [cidrFamily(of), prefixLength(of), network(of), size(of)],
    [4, 24, address('10.244.3.0'), 256n],
  );
  t.is(addressAt(of, 17n), address('10.244.3.17'));
  t.is(offsetOf(of, address('10.244.3.17')), 17n);
  t.is(offsetOf(of, address('10.244.2.255')), -1n);
  t.is(size(cidr('fd00::/64')), 2n ** 64n);
});

test('what a network contains', (t) => {
  const of = cidr('10.244.3.0/24');
  for (const inside of ['10.244.3.0', '10.244.3.255']) t.true(contains(of, address(inside)), inside);
  for (const outside of ['10.244.2.255', '10.244.4.0', '::', '::af4:300'])
    t.false(contains(of, address(outside)), outside);
  t.false(contains(cidr('::/0'), address('10.244.3.1')), 'the families share no address');
});

const overlap = test.macro({
  exec: (t, a: string, b: string, expected: boolean) => {
    t.is(overlaps(cidr(a), cidr(b)), expected);
    t.is(overlaps(cidr(b), cidr(a)), expected, 'either way');
  },
  title: (_, a, b, expected) => `${a} and ${b} ${expected ? 'overlap' : 'are apart'}`,
});

test(overlap, '10.244.0.0/16', '10.244.0.0/16', true);
test(overlap, '10.0.0.0/8', '10.244.3.0/24', true);
test(overlap, '10.244.0.0/16', '10.244.255.255/32', true);
test(overlap, '10.244.0.0/24', '10.244.1.0/24', false);
test(overlap, '10.244.0.0/16', '10.245.0.0/16', false);
test(overlap, 'fd00::/16', 'fd00:244::/48', true);
test(overlap, '0.0.0.0/0', '::/0', false);

test('the subnets of a network, by index', (t) => {
  t.is(subnetAt(cidr('10.244.0.0/16'), 24, 0), cidr('10.244.0.0/24'));
  t.is(subnetAt(cidr('10.244.0.0/16'), 24, 255), cidr('10.244.255.0/24'));
  t.is(subnetAt(cidr('fd00:244::/48'), 64, 65_535), cidr('fd00:244:0:ffff::/64'));
});

/** A canonical network of either family, with room for `bits` more of prefix. */
const anyCidr = (bits: number) =>
  fc
    .tuple(fc.constantFrom(4 as const, 6 as const), fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }))
    .map(([of, n, big]) => {
      const length = n % (addressBits(of) - bits + 1);
      const hostBits = BigInt(addressBits(of) - length);
      const start = ((big % 2n ** BigInt(addressBits(of))) >> hostBits) << hostBits;
      return cidr(`${fromNumber(of, start)}/${length}`);
    });

test('a network that was read is read the same again', (t) => {
  fc.assert(fc.property(anyCidr(0), (of) => t.deepEqual(parseCidr(of), E.right(of))));
});

test('subnets are canonical, inside, apart from their neighbours, and know their index', (t) => {
  fc.assert(
    fc.property(anyCidr(4), fc.nat({ max: 14 }), (of, index) => {
      const length = prefixLength(of) + 4;
      const subnet = subnetAt(of, length, index);
      t.deepEqual(parseCidr(subnet), E.right(subnet));
      t.true(contains(of, network(subnet)) && overlaps(of, subnet));
      t.false(overlaps(subnet, subnetAt(of, length, index + 1)));
      t.is(subnetIndex(of, subnet), index);
    }),
  );
});
