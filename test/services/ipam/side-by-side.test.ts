import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { add, alikeOn, check, del, sharedIpamNode } from './beside-host-local.ts';

const scene = sharedIpamNode(test, 'ipam-side');
const alike = alikeOn(scene);

const small = { subnet: '10.1.2.0/29' };
const twoFamilies = {
  ranges: [[{ subnet: '10.1.2.0/24' }], [{ subnet: 'fd00:1::/64', rangeStart: 'fd00:1::10' }]],
  routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0', gw: 'fd00:1::1' }],
};

test.serial(
  'an address of each set, routes, and DEL',
  alike,
  twoFamilies,
  add('c1'),
  add('c2'),
  del('c1'),
  add('c3'),
);
for (const cniVersion of ['0.3.0', '0.3.1', '0.4.0', '1.0.0'])
  test.serial(`the result of ${cniVersion}`, alike, twoFamilies, add('c1', { cniVersion }));
test.serial(
  'exhausted, and the one that is given back is given again',
  alike,
  small,
  ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => add(id)),
  del('c'),
  add('h'),
  add('i'),
);
test.serial(
  'round robin: what is free again waits until all others were given',
  alike,
  small,
  add('a'),
  del('a'),
  add('b'),
  del('b'),
  add('c'),
  add('d'),
  del('d'),
  add('e'),
  add('f'),
  add('g'),
  add('h'),
  add('i'),
);
test.serial(
  'several ranges in a set, one after the other',
  alike,
  {
    ranges: [
      [
        { subnet: '10.1.2.0/29', rangeStart: '10.1.2.5' },
        { subnet: '10.1.3.0/29', rangeEnd: '10.1.3.2', gateway: '10.1.3.2' },
      ],
    ],
  },
  add('a'),
  add('b'),
  add('c'),
  add('d'),
  del('a'),
  add('e'),
);
test.serial(
  'a gateway in the middle, a range of its own',
  alike,
  { subnet: '10.1.2.0/28', rangeStart: '10.1.2.4', rangeEnd: '10.1.2.7', gateway: '10.1.2.5' },
  add('a'),
  add('b'),
  add('c'),
  add('d'),
);
test.serial(
  'the old way of one range stands before the others',
  alike,
  { ...small, ranges: [[{ subnet: '10.9.0.0/24' }]] },
  add('a'),
);
test.serial(
  'a repeated ADD, and another interface',
  alike,
  twoFamilies,
  add('a'),
  add('a'),
  add('a', { ifname: 'net1' }),
  del('a'),
  add('a', { ifname: 'net1' }),
  check('a'),
  check('a', { ifname: 'net1' }),
);
test.serial('DEL twice, and of nobody', alike, small, del('nobody'), add('a'), del('a'), del('a'));
test.serial(
  'CHECK of who holds and who does not',
  alike,
  small,
  add('a'),
  check('a'),
  check('b'),
  check('a', { ifname: 'net1' }),
  del('a'),
  check('a'),
);
test.serial(
  'an address by CNI_ARGS',
  alike,
  small,
  add('a', { args: 'IP=10.1.2.5' }),
  add('b', { args: 'IgnoreUnknown=1;IP=10.1.2.3/24;X=1' }),
  add('c'),
);
test.serial(
  'addresses by args.cni.ips',
  alike,
  twoFamilies,
  add('a', { more: { args: { cni: { ips: ['10.1.2.99', 'fd00:1::77'] } } } }),
  add('b'),
);
test.serial(
  'addresses by the capability ips',
  alike,
  twoFamilies,
  add('a', { more: { runtimeConfig: { ips: ['10.1.2.99/24', 'fd00:1::77/64'] } } }),
  add('b'),
);
test.serial(
  'the sources add up',
  alike,
  { ranges: [[{ subnet: '10.1.2.0/24' }], [{ subnet: '10.1.3.0/24' }], [{ subnet: '10.1.4.0/24' }]] },
  add('a', {
    args: 'IP=10.1.2.9',
    more: { args: { cni: { ips: ['10.1.3.9'] } }, runtimeConfig: { ips: ['10.1.4.9'] } },
  }),
);
test.serial(
  'requested: taken, and the gateway',
  alike,
  small,
  add('a', { args: 'IP=10.1.2.5' }),
  add('b', { args: 'IP=10.1.2.5' }),
  add('b', { args: 'IP=10.1.2.1' }),
);
test.serial(
  'the capability ipRanges stands before the others',
  alike,
  small,
  add('a', { more: { runtimeConfig: { ipRanges: [[{ subnet: '10.7.0.0/24', rangeStart: '10.7.0.50' }]] } } }),
);
test.serial(
  'ranges that changed meanwhile',
  alike,
  small,
  add('a'),
  ['ADD', { containerId: 'b' }, { subnet: '10.5.0.0/24' }],
  ['ADD', { containerId: 'c' }, { subnet: '10.5.0.0/24', rangeStart: '10.5.0.200' }],
  add('d'),
  ['DEL', { containerId: 'a' }, { subnet: '10.5.0.0/24' }],
);

test.serial('resolvConf, and one that is not there', async (t) => {
  const path = join(scene().node.dir, 'resolv.conf');
  await writeFile(
    path,
    '# one\n; two\nnameserver 10.0.0.53\n nameserver  fd00::53 \ndomain a.example\ndomain b.example\nsearch x.example y.example\noptions ndots:5 rotate\nsortlist 1\nnameserver\n',
  );
  await alike.exec(t, { ...small, resolvConf: path }, add('a'));
  await alike.exec(t, { ...small, resolvConf: `${path}.missing` }, add('a'));
  await alike.exec(t, { ...small, resolvConf: scene().node.dir }, add('a'));
});
