import test from 'ava';
import { hostAddresses, nodeSubnets, placeAt, podAddresses, type Row } from '../../../domain/ip/row.ts';
import { cidr } from '../../support/cluster.ts';

const row = test.macro({
  exec: (t, of: Row, count: bigint, first: string, last: string) => {
    t.deepEqual([of.count, placeAt(of, 0n), placeAt(of, of.count - 1n)], [count, first, last]);
  },
  title: (what = '') => what,
});

test(
  'pods of a /24 get neither network, gateway nor broadcast',
  row,
  podAddresses(cidr('10.244.3.0/24')),
  253n,
  '10.244.3.2',
  '10.244.3.254',
);
test('a /30 has one pod', row, podAddresses(cidr('10.244.0.4/30')), 1n, '10.244.0.6', '10.244.0.6');
test(
  'IPv6 has no broadcast: the last address is a pod’s, and a /64 is not materialised',
  row,
  podAddresses(cidr('fd00:244:0:7::/64')),
  2n ** 64n - 2n,
  'fd00:244:0:7::2',
  'fd00:244:0:7:ffff:ffff:ffff:ffff',
);
test(
  'hosts of a /16 have no gateway among them',
  row,
  hostAddresses(cidr('10.10.0.0/16')),
  65_534n,
  '10.10.0.1',
  '10.10.255.254',
);
test('hosts of an IPv6 /112', row, hostAddresses(cidr('fd10::/112')), 65_535n, 'fd10::1', 'fd10::ffff');
test(
  '8 node bits of a /16',
  row,
  nodeSubnets(cidr('10.244.0.0/16'), 8),
  256n,
  '10.244.0.0/24',
  '10.244.255.0/24',
);
test(
  '16 node bits of a /48',
  row,
  nodeSubnets(cidr('fd00:244::/48'), 16),
  65_536n,
  'fd00:244::/64',
  'fd00:244:0:ffff::/64',
);
test(
  'no node bits: the whole network',
  row,
  nodeSubnets(cidr('10.0.0.0/8'), 0),
  1n,
  '10.0.0.0/8',
  '10.0.0.0/8',
);
test(
  'a pod CIDR at the end of the address space',
  row,
  nodeSubnets(cidr('255.255.0.0/16'), 8),
  256n,
  '255.255.0.0/24',
  '255.255.255.0/24',
);
