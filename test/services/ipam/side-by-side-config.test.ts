import test from 'ava';
import { add, alikeOn, type Keys, sharedIpamNode } from './beside-host-local.ts';

const scene = sharedIpamNode(test, 'ipam-config');
const alike = alikeOn(scene);

const refusedRanges: Readonly<Record<string, Keys>> = {
  'no range': {},
  'no subnet': { ranges: [[{ rangeStart: '10.0.0.1' }]] },
  'an empty set': { ranges: [[]] },
  'an empty list': { ranges: [] },
  'only an end': { rangeStart: '10.1.2.3' },
  'a /31': { subnet: '10.1.2.0/31' },
  'a /32 with host bits': { subnet: '10.1.2.1/32' },
  'a /127': { subnet: 'fd00::/127' },
  'host bits': { subnet: '10.1.2.1/24' },
  'host bits of IPv6': { subnet: 'fd00::1/64' },
  'no CIDR': { ranges: [[{ subnet: 'x' }]] },
  'an empty subnet': { ranges: [[{ subnet: '' }]] },
  'leading zeros': { subnet: '010.1.2.0/24' },
  'IPv4 in IPv6': { subnet: '::ffff:10.0.0.0/120' },
  'a start outside': { subnet: '10.1.2.0/24', rangeStart: '10.1.3.1' },
  'an end outside': { subnet: '10.1.2.0/24', rangeEnd: '10.1.3.1' },
  'an end of another family': { subnet: '10.1.2.0/24', rangeEnd: 'fd00::1' },
  'an end before the start': { subnet: '10.1.2.0/24', rangeStart: '10.1.2.9', rangeEnd: '10.1.2.3' },
  'a gateway that is none': { subnet: '10.1.2.0/24', gateway: 'zz' },
  'mixed families': { ranges: [[{ subnet: '10.0.0.0/24' }, { subnet: 'fd00::/64' }]] },
  'overlapping ranges': { ranges: [[{ subnet: '10.0.0.0/24' }, { subnet: '10.0.0.0/25' }]] },
  'overlapping sets': {
    ranges: [[{ subnet: '10.0.0.0/24' }], [{ subnet: '10.8.0.0/24' }], [{ subnet: '10.0.0.0/25' }]],
  },
  'a fault in the second set': { ranges: [[{ subnet: '10.0.0.0/24' }], [{ subnet: '10.8.0.1/24' }]] },
};
for (const [what, keys] of Object.entries(refusedRanges))
  test.serial(`refused: ${what}`, alike, keys, add('a'));
test.serial(
  'empty texts and null are as if they were not there',
  alike,
  { subnet: '10.1.2.0/24', rangeStart: '', rangeEnd: null, gateway: '', routes: null },
  add('a'),
);
test.serial(
  'an IPv4 address may be written as one of IPv6',
  alike,
  { subnet: '10.1.2.0/24', rangeStart: '::ffff:10.1.2.20', gateway: '::ffff:10.1.2.9' },
  add('a'),
);
test.serial(
  'routes of CNI 1.1.0 lose what an older result has not',
  alike,
  { subnet: '10.1.2.0/24', routes: [{ dst: '10.9.0.0/16', gw: '10.1.2.1', mtu: 1400, priority: 5 }] },
  add('a'),
);
