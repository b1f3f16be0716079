import test from 'ava';
import type { CniResult } from '../../../domain/cni/result.ts';
import { resultIn } from '../../../domain/cni/result-version.ts';

const whole: CniResult = {
  interfaces: [
    { name: 'veth1', mac: '0a:58:0a:f4:00:01', mtu: 1400 },
    {
      name: 'eth0',
      mac: '0a:58:0a:f4:00:02',
      mtu: 1400,
      sandbox: '/run/netns/pod',
      socketPath: '/s',
      pciID: 'p',
    },
  ],
  ips: [
    { address: '10.244.0.2/32', gateway: '10.244.0.1', interface: 1 },
    { address: 'fd00::2/128', gateway: 'fd00::1', interface: 1 },
  ],
  routes: [
    { dst: '0.0.0.0/0', gw: '10.244.0.1', mtu: 1400, priority: 10, table: 5, scope: 0, advmss: 1360 },
    { dst: '::/0' },
  ],
  dns: { nameservers: ['10.96.0.10'] },
};

test('1.1.0 has all of it', (t) => {
  t.deepEqual(resultIn('1.1.0', whole), { cniVersion: '1.1.0', ...whole });
});

const olderInterfaces = [
  { name: 'veth1', mac: '0a:58:0a:f4:00:01' },
  { name: 'eth0', mac: '0a:58:0a:f4:00:02', sandbox: '/run/netns/pod' },
];
const olderRoutes = [{ dst: '0.0.0.0/0', gw: '10.244.0.1' }, { dst: '::/0' }];

test('1.0.0 has what it knows of interfaces and routes', (t) => {
  t.deepEqual(resultIn('1.0.0', whole), {
    cniVersion: '1.0.0',
    interfaces: olderInterfaces,
    ips: whole.ips,
    routes: olderRoutes,
    dns: whole.dns,
  });
});

for (const version of ['0.3.0', '0.3.1', '0.4.0'] as const) {
  test(`${version} says the family of every address`, (t) => {
    t.deepEqual(resultIn(version, whole), {
      cniVersion: version,
      interfaces: olderInterfaces,
      ips: [
        { version: '4', address: '10.244.0.2/32', gateway: '10.244.0.1', interface: 1 },
        { version: '6', address: 'fd00::2/128', gateway: 'fd00::1', interface: 1 },
      ],
      routes: olderRoutes,
      dns: whole.dns,
    });
  });
}

test('a family that an older plugin before us said is not repeated to a runtime that does not know it', (t) => {
  const older = { version: '4', address: '192.0.2.2/24', interface: 0 };
  t.deepEqual(resultIn('1.0.0', { ips: [older] }), {
    cniVersion: '1.0.0',
    ips: [{ address: '192.0.2.2/24', interface: 0 }],
  });
});

test('what a result does not have is not made up', (t) => {
  t.deepEqual(resultIn('1.0.0', {}), { cniVersion: '1.0.0' });
});
