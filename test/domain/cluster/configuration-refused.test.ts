import test from 'ava';
import { either as E } from 'fp-ts';
import { parseConfiguration } from '../../../domain/cluster/configuration.ts';
import { describeViolation } from '../../../domain/cluster/violation.ts';
import { newestReader } from '../../../domain/reader.ts';

const good = { podCidr: '10.244.0.0/16', nodeBits: 8, hostCidr: '10.10.0.0/16' };

const refuses = test.macro({
  exec: (t, input: unknown, ...messages: ReadonlyArray<string>) => {
    const parsed = parseConfiguration(input);
    t.deepEqual(E.isLeft(parsed) ? parsed.left.map(describeViolation) : [], messages);
  },
  title: (what = '') => `refused: ${what}`,
});

test(
  'host bits',
  refuses,
  { ...good, podCidr: '10.244.0.16/16' },
  'podCidr "10.244.0.16/16" has host bits set: write 10.244.0.0/16',
);
test(
  'host bits of the host network',
  refuses,
  { ...good, hostCidr: '10.10.0.1/16' },
  'hostCidr "10.10.0.1/16" has host bits set: write 10.10.0.0/16',
);
for (const podCidr of [
  '10.244.0.0',
  '10.244/16',
  '10.244.0.0/33',
  '10.244.0.0/016',
  'pods',
  '',
  '010.244.0.0/16',
]) {
  test(
    `not a CIDR: "${podCidr}"`,
    refuses,
    { ...good, podCidr },
    `podCidr "${podCidr}" is not a network in CIDR notation: write ADDRESS/LENGTH, such as 10.244.0.0/16`,
  );
}
test(
  'not even a text',
  refuses,
  { ...good, hostCidr: 10 },
  'hostCidr 10 is not a network in CIDR notation: write ADDRESS/LENGTH, such as 10.10.0.0/16',
);
for (const nodeBits of ['eight', 8.5, '8.5', true, null, { 4: 8 }, '']) {
  test(
    `nodeBits that are no whole number: ${JSON.stringify(nodeBits)}`,
    refuses,
    { ...good, nodeBits },
    `nodeBits ${JSON.stringify(nodeBits)} is not a whole number: write a number of bits, such as 8 for 256 nodes`,
  );
}
test(
  'negative nodeBits',
  refuses,
  { ...good, nodeBits: -1 },
  'nodeBits -1 is negative: write a number of bits, such as 8 for 256 nodes',
);
test(
  'too many nodeBits',
  refuses,
  { ...good, podCidr: 'fd00::/32', nodeBits: 25 },
  'nodeBits 25 is more than 24: take at most 24',
);
test(
  'one bit left',
  refuses,
  { ...good, nodeBits: 15 },
  'nodeBits 15 leaves 1 bit for pods in podCidr 10.244.0.0/16: take at most 14, so that 2 bits are left',
);
test(
  'no bit left',
  refuses,
  { ...good, nodeBits: 16 },
  'nodeBits 16 leaves no bit for pods in podCidr 10.244.0.0/16: take at most 14, so that 2 bits are left',
);
test(
  'more bits than there are',
  refuses,
  { ...good, nodeBits: 20 },
  'nodeBits 20 leaves no bit for pods in podCidr 10.244.0.0/16: take at most 14, so that 2 bits are left',
);
test(
  'a network too small for any pod',
  refuses,
  { ...good, podCidr: '10.244.0.0/31', nodeBits: 0 },
  'nodeBits 0 leaves 1 bit for pods in podCidr 10.244.0.0/31: give a larger podCidr',
);
test(
  'too few bits in one of two families',
  refuses,
  { ...good, podCidr: ['10.244.0.0/16', 'fd00::/120'], nodeBits: [8, 7] },
  'nodeBits 7 leaves 1 bit for pods in podCidr fd00::/120: take at most 6, so that 2 bits are left',
);
test(
  'fewer host addresses than nodes',
  refuses,
  { ...good, hostCidr: '10.10.0.0/24' },
  'hostCidr "10.10.0.0/24" has 254 addresses, but nodeBits 8 number 256 nodes: take a /23 or larger',
);
test(
  'a host network of one address',
  refuses,
  { ...good, nodeBits: 0, hostCidr: '10.10.0.1/32' },
  'hostCidr "10.10.0.1/32" has 0 addresses, but nodeBits 0 number 1 node: take a /30 or larger',
);
test(
  'fewer IPv6 host addresses than nodes',
  refuses,
  { ...good, hostCidr: 'fd10::/120' },
  'hostCidr "fd10::/120" has 255 addresses, but nodeBits 8 number 256 nodes: take a /119 or larger',
);
test(
  'hosts inside the pods',
  refuses,
  { ...good, hostCidr: '10.244.128.0/17' },
  'hostCidr "10.244.128.0/17" overlaps podCidr 10.244.0.0/16: choose networks that share no address',
);
test(
  'pods inside the hosts',
  refuses,
  { ...good, hostCidr: '10.0.0.0/8' },
  'hostCidr "10.0.0.0/8" overlaps podCidr 10.244.0.0/16: choose networks that share no address',
);
test(
  'two networks of one family that share addresses',
  refuses,
  { ...good, podCidr: ['10.244.0.0/16', '10.244.128.0/17'] },
  'podCidr ["10.244.0.0/16","10.244.128.0/17"] names 10.244.0.0/16 and 10.244.128.0/17, which overlap: keep one of the two',
);
test(
  'more subnets than host addresses, in two networks of a family',
  refuses,
  { ...good, podCidr: ['10.244.0.0/16', '10.245.0.0/16'], nodeBits: [8, 8], hostCidr: '10.10.0.0/23' },
  'hostCidr "10.10.0.0/23" has 510 addresses, but nodeBits 8 and 8 number 512 nodes: take a /22 or larger',
);
test(
  'nodeBits for a family without podCidr',
  refuses,
  { ...good, nodeBits: [8, 16] },
  'nodeBits [8,16] has 2 values for the 1 of podCidr (10.244.0.0/16): write one for each podCidr, in the same order, or one for all',
);
for (const quarantine of ['a day', '-1', '', '1.5h', '3h2d']) {
  test(
    `quarantine that is no duration: "${quarantine}"`,
    refuses,
    { ...good, quarantine },
    `quarantine "${quarantine}" is not a duration: write seconds, such as 86400, or a text such as "24h"`,
  );
}
test(
  'a quarantine of half a second',
  refuses,
  { ...good, quarantine: 0.5 },
  'quarantine 0.5 is not a duration: write seconds, such as 86400, or a text such as "24h"',
);
test(
  'a quarantine longer than ten years',
  refuses,
  { ...good, quarantine: '3651d' },
  'quarantine "3651d" is longer than ten years: write at most "3650d"',
);
for (const minReader of [0, newestReader + 1, 1.5, 'two', null]) {
  test(
    `no generation of programs: ${JSON.stringify(minReader)}`,
    refuses,
    { ...good, minReader },
    `minReader ${JSON.stringify(minReader)} is no generation of programs that this one knows: write a number from 1 to ${newestReader} once every node runs a program that new, or leave it out`,
  );
}
for (const maxSubnetsPerNode of [0, 257, 1.5, 'two', null]) {
  test(
    `no number of subnets: ${JSON.stringify(maxSubnetsPerNode)}`,
    refuses,
    { ...good, maxSubnetsPerNode },
    `maxSubnetsPerNode ${JSON.stringify(maxSubnetsPerNode)} is no number of subnets that a node may have: write a number from 1 to 256, or leave it out for 1`,
  );
}
test(
  'a misspelt key',
  refuses,
  { ...good, quarentine: '1h' },
  'quarentine "1h" is not a setting of a cluster: use podCidr, nodeBits, hostCidr, quarantine, maxSubnetsPerNode, leaseTtl, minReader',
);
test(
  'no object',
  refuses,
  'podCidr',
  'configuration "podCidr" is not an object: write an object with podCidr, nodeBits, hostCidr, quarantine, maxSubnetsPerNode, leaseTtl, minReader',
);
test(
  'nothing given: all that is missing, at once',
  refuses,
  {},
  'podCidr is missing: write a network, such as 10.244.0.0/16',
  'nodeBits is missing: write a number of bits, such as 8 for 256 nodes',
  'hostCidr is missing: write a network, such as 10.10.0.0/16',
);
test(
  'everything wrong: every violation, at once',
  refuses,
  {
    podCidr: ['10.244.0.16/16', 'fd00::/8x'],
    nodeBits: ['x', -2],
    hostCidr: '10.10.0.0/40',
    quarantine: 'soon',
    mtu: 1,
  },
  'podCidr "10.244.0.16/16" has host bits set: write 10.244.0.0/16',
  'podCidr "fd00::/8x" is not a network in CIDR notation: write ADDRESS/LENGTH, such as 10.244.0.0/16',
  'nodeBits "x" is not a whole number: write a number of bits, such as 8 for 256 nodes',
  'nodeBits -2 is negative: write a number of bits, such as 8 for 256 nodes',
  'hostCidr "10.10.0.0/40" is not a network in CIDR notation: write ADDRESS/LENGTH, such as 10.10.0.0/16',
  'quarantine "soon" is not a duration: write seconds, such as 86400, or a text such as "24h"',
  'mtu 1 is not a setting of a cluster: use podCidr, nodeBits, hostCidr, quarantine, maxSubnetsPerNode, leaseTtl, minReader',
);
test(
  'checks of two settings are made even when a third is wrong',
  refuses,
  { ...good, hostCidr: '10.244.0.0/24', quarantine: 'soon' },
  'hostCidr "10.244.0.0/24" has 254 addresses, but nodeBits 8 number 256 nodes: take a /23 or larger',
  'hostCidr "10.244.0.0/24" overlaps podCidr 10.244.0.0/16: choose networks that share no address',
  'quarantine "soon" is not a duration: write seconds, such as 86400, or a text such as "24h"',
);

test('a violation names key and value apart as well', (t) => {
  t.deepEqual(
    parseConfiguration({ ...good, podCidr: '10.244.0.16/16', nodeBits: [8, 16.5] }),
    E.left([
      {
        key: 'podCidr',
        value: '10.244.0.16/16',
        reason: 'podCidr "10.244.0.16/16" has host bits set',
        remedy: 'write 10.244.0.0/16',
      },
      {
        key: 'nodeBits',
        value: '16.5',
        reason: 'nodeBits 16.5 is not a whole number',
        remedy: 'write a number of bits, such as 8 for 256 nodes',
      },
    ]),
  );
});
