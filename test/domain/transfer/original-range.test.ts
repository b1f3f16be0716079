import test from 'ava';
import { describeViolation } from '../../../domain/cluster/violation.ts';
import { ownSubnet, subnetsOfOriginal } from '../../../domain/transfer/original-range.ts';
import { cidr, ip } from '../../support/events.ts';

test("the original's keys are its nodes' subnets, of any size", (t) => {
  t.deepEqual(
    subnetsOfOriginal([
      '/evpn/10.244.0.2,10.244.0.254,10.244.0.1/16',
      '/evpn/10.244.37.2,10.244.37.254,10.244.37.1/16',
      '/evpn/10.0.4.2,10.0.7.254,10.0.4.1/8',
      '/evpn/10.244.0.6,10.244.0.6,10.244.0.5/16',
      '/evpn/evio-lock/694d8c9',
    ]),
    {
      subnets: ['10.244.0.0/24', '10.244.37.0/24', '10.0.4.0/22', '10.244.0.4/30'].map(cidr),
      violations: [],
    },
  );
});

for (const key of [
  '/evpn/10.244.0.2,10.244.0.253,10.244.0.1/16',
  '/evpn/10.244.0.3,10.244.1.1,10.244.0.2/16',
  '/evpn/10.244.0.9,10.244.0.2,10.244.0.1/16',
  '/evpn/0.0.0.1,0.0.0.2,0.0.0.1/16',
  '/evpn/10.244.0.2,fd00::5,10.244.0.1/16',
  '/evpn/10.244.0.2,10.244.0.254/16',
  '/evpn/somebody/else',
]) {
  test(`no range of a node: ${key}`, (t) => {
    const { subnets, violations } = subnetsOfOriginal([key]);
    t.deepEqual(subnets, []);
    t.deepEqual(
      violations.map(({ reason }) => reason),
      [`key ${JSON.stringify(key)} is no range of a node`],
    );
  });
}

const subnets = ['10.244.0.0/24', '10.244.37.0/24'].map(cidr);
const remedy = 'name an address of the range of this node with --own (ipam.rangeStart of its configuration)';

const own = (of: ReadonlyArray<string>, ...addresses: ReadonlyArray<string>) => {
  const { subnet, violations } = ownSubnet(of.map(cidr), addresses.map(ip));
  return { subnet, said: violations.map(describeViolation) };
};

test("a node's own range is the one that its pods are in", (t) => {
  t.deepEqual(own(subnets, '10.244.37.2', '10.244.37.9'), { subnet: cidr('10.244.37.0/24'), said: [] });
});

test('pods in no range, in two, or none at all: each is told', (t) => {
  t.deepEqual(own(subnets), {
    subnet: undefined,
    said: [`range is not told by any pod: none holds an address: ${remedy}`],
  });
  t.deepEqual(own(subnets, '10.244.9.2', '10.244.9.3', '10.244.9.2'), {
    subnet: undefined,
    said: ['10.244.9.2', '10.244.9.3'].map(
      (address) => `address "${address}" lies in no range that etcd knows: ${remedy}`,
    ),
  });
  t.deepEqual(own(subnets, '10.244.9.2', '10.244.0.2', '10.244.37.2', '10.244.37.3'), {
    subnet: cidr('10.244.0.0/24'),
    said: [
      `address "10.244.9.2" lies in no range that etcd knows: ${remedy}`,
      'address "10.244.37.2" lies outside of 10.244.0.0/24, where 10.244.0.2 is: let the pod end, or start it anew',
      'address "10.244.37.3" lies outside of 10.244.0.0/24, where 10.244.0.2 is: let the pod end, or start it anew',
    ],
  });
});

test('ranges that overlap the own one are told, those of others among themselves are not', (t) => {
  const ranges = ['10.244.0.0/24', '10.244.0.0/25', '10.244.37.128/25', '10.244.37.0/24', '10.244.36.0/23'];
  t.deepEqual(own(ranges, '10.244.37.2'), {
    subnet: cidr('10.244.37.0/24'),
    said: ['10.244.37.128/25', '10.244.36.0/23'].map(
      (other) =>
        `range "${other}" overlaps 10.244.37.0/24, the range of this node: both may have given the same addresses: ` +
        'delete the key of the one that no node has any more',
    ),
  });
});
