import test from 'ava';
import { either as E } from 'fp-ts';
import { parseConfiguration } from '../../../domain/cluster/configuration.ts';
import { network, prefixLength } from '../../../domain/ip/cidr.ts';
import { nodeSubnets, placeAt, podAddresses } from '../../../domain/ip/row.ts';
import { cidr } from '../../support/cluster.ts';

const good = { podCidr: '10.244.0.0/16', nodeBits: 8, hostCidr: '10.10.0.0/16' };

const accepts = test.macro({
  exec: (t, input: unknown, podCidrs: ReadonlyArray<[string, number]>, quarantineSeconds = 86_400) => {
    t.deepEqual(
      parseConfiguration(input),
      E.right({
        podCidrs: podCidrs.map(([text, nodeBits]) => ({ cidr: cidr(text), nodeBits })),
        hostCidr: cidr('10.10.0.0/16'),
        quarantineSeconds,
      }),
    );
  },
  title: (what = '') => `accepted: ${what}`,
});

const ipv4: [string, number] = ['10.244.0.0/16', 8];
const ipv6: [string, number] = ['fd00:244::/48', 16];

test('one family, a day of quarantine by default', accepts, good, [ipv4]);
test('numeric text', accepts, { ...good, nodeBits: '8', quarantine: '60' }, [ipv4], 60);
test('arrays of one, as flags give them', accepts, { ...good, podCidr: ['10.244.0.0/16'], nodeBits: ['8'] }, [
  ipv4,
]);
test(
  'a value for each family',
  accepts,
  { ...good, podCidr: ['10.244.0.0/16', 'fd00:244::/48'], nodeBits: [8, '16'] },
  [ipv4, ipv6],
);
test(
  'families in any order, values with them; IPv4 comes out first',
  accepts,
  { ...good, podCidr: ['fd00:244::/48', '10.244.0.0/16'], nodeBits: [16, 8] },
  [ipv4, ipv6],
);
test('one value for both families', accepts, { ...good, podCidr: ['10.244.0.0/16', 'fd00:244::/48'] }, [
  ipv4,
  ['fd00:244::/48', 8],
]);
test('IPv6 in any spelling, IPv6 alone', accepts, { ...good, podCidr: 'FD00:0244:0:0::/48' }, [
  ['fd00:244::/48', 8],
]);
test('no bits at all: one node', accepts, { ...good, nodeBits: 0 }, [['10.244.0.0/16', 0]]);
test('no quarantine at all', accepts, { ...good, quarantine: 0 }, [ipv4], 0);
test('durations in words', accepts, { ...good, quarantine: '1d12h30m15s' }, [ipv4], 131_415);
test('ten years', accepts, { ...good, quarantine: '3650d' }, [ipv4], 315_360_000);

const figures = test.macro({
  exec: (t, podCidr: string, nodeBits: number, hostCidr: string, nodes: bigint, podsEach: bigint) => {
    const parsed = parseConfiguration({ podCidr, nodeBits, hostCidr });
    const [pod] = E.isRight(parsed) ? parsed.right.podCidrs : [];
    if (pod === undefined) return t.fail('refused');
    const subnets = nodeSubnets(pod.cidr, pod.nodeBits);
    const last = cidr(placeAt(subnets, subnets.count - 1n));
    t.deepEqual([subnets.count, podAddresses(last).count], [nodes, podsEach]);
    t.is(prefixLength(last), prefixLength(pod.cidr) + nodeBits);
    t.not(network(last), network(pod.cidr));
    return undefined;
  },
  title: (_, podCidr, nodeBits, __, nodes, podsEach) =>
    `${podCidr} with nodeBits ${nodeBits} gives ${nodes} nodes and ${podsEach} pods each`,
});

test(figures, '10.244.0.0/16', 8, '10.10.0.0/16', 256n, 253n);
test(figures, '10.0.0.0/8', 16, '172.16.0.0/15', 65_536n, 253n);
test(figures, '10.244.0.0/16', 14, '10.10.0.0/16', 16_384n, 1n);
test(figures, 'fd00:244::/48', 16, '172.16.0.0/15', 65_536n, 2n ** 64n - 2n);

test('minReader is given only where it is to be raised', (t) => {
  for (const minReader of [2, '2']) {
    const parsed = parseConfiguration({ ...good, minReader });
    t.is(E.isRight(parsed) ? parsed.right.minReader : parsed.left, 2);
  }
});

test('more than one subnet for each node is a setting, one is what was always true', (t) => {
  for (const [maxSubnetsPerNode, expected] of [
    [4, 4],
    ['4', 4],
    [1, undefined],
    ['1', undefined],
  ] as const) {
    const parsed = parseConfiguration({ ...good, maxSubnetsPerNode });
    t.is(E.isRight(parsed) ? parsed.right.maxSubnetsPerNode : parsed.left, expected);
  }
});
