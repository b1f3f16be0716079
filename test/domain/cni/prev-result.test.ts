import test from 'ava';
import { either as E } from 'fp-ts';
import { appendResult, decodeInPod, decodePrevResult, inPod } from '../../../domain/cni/prev-result.ts';
import { resultIn } from '../../../domain/cni/result-version.ts';
import { supportedVersions } from '../../../domain/cni/version.ts';

const ours = {
  interfaces: [{ name: 'veth1' }, { name: 'eth0', sandbox: '/run/netns/pod' }],
  ips: [{ address: '10.244.0.2/32', gateway: '10.244.0.1', interface: 1 }],
  routes: [{ dst: '0.0.0.0/0', gw: '10.244.0.1' }],
};

for (const version of supportedVersions) {
  test(`what we print as ${version} is read again as a previous result`, (t) => {
    const decoded = decodePrevResult(resultIn(version, ours));
    t.deepEqual(decodeInPod(resultIn(version, ours), 'eth0'), E.right({ addresses: ['10.244.0.2/32'] }));
    t.like(decoded, { right: { interfaces: ours.interfaces, routes: ours.routes } });
  });
}

for (const prevResult of [
  { ips: [{ gateway: '10.0.0.1' }] },
  { ips: 'none' },
  { interfaces: [{}] },
  { ips: [{ address: '10.0.0.2/24', interface: 'eth0' }] },
]) {
  test(`${JSON.stringify(prevResult)} is no result: code 7`, (t) => {
    const refused = decodePrevResult(prevResult);
    t.like(refused, { left: { code: 7 } });
    if (E.isLeft(refused)) t.true(refused.left.msg.includes(JSON.stringify(prevResult)));
  });
}

test('only what is said of the interface inside the pod counts', (t) => {
  t.deepEqual(
    inPod(
      {
        interfaces: [
          { name: 'eth0', mac: '02:00:00:00:00:01' },
          { name: 'eth0', mac: '02:00:00:00:00:02', sandbox: '/run/netns/pod' },
          { name: 'net1', sandbox: '/run/netns/pod' },
        ],
        ips: [
          { address: '10.0.0.1/24', interface: 0 },
          { address: '10.0.0.2/24', interface: 1 },
          { address: '10.0.0.3/24', interface: 2 },
          { address: '10.0.0.4/24' },
          { address: '10.0.0.5/24', interface: 9 },
        ],
      },
      'eth0',
    ),
    { mac: '02:00:00:00:00:02', addresses: ['10.0.0.2/24'] },
  );
});

for (const interfaces of [
  undefined,
  [],
  [{ name: 'eth0' }],
  [{ name: 'eth0', sandbox: '' }],
  [{ name: 'net1', sandbox: '/run/netns/pod' }],
])
  test(`nothing is expected of the interface by ${JSON.stringify(interfaces)}: code 7`, (t) => {
    const previous = { ...(interfaces && { interfaces }), ips: [{ address: '10.0.0.2/24', interface: 0 }] };
    const refused = decodeInPod(previous, 'eth0');
    t.like(refused, { left: { code: 7 } });
    if (E.isLeft(refused))
      t.regex(refused.left.details, /the result of the ADD; it has no "eth0" with a sandbox/);
  });

test('chained, our result stands behind the previous one and our indices move', (t) => {
  const previous = {
    interfaces: [{ name: 'net0' }],
    ips: [{ address: '192.0.2.2/24', interface: 0 }],
    dns: { nameservers: ['192.0.2.53'] },
  };
  t.deepEqual(appendResult(previous, ours), {
    interfaces: [{ name: 'net0' }, ...ours.interfaces],
    ips: [
      { address: '192.0.2.2/24', interface: 0 },
      { address: '10.244.0.2/32', gateway: '10.244.0.1', interface: 2 },
    ],
    routes: ours.routes,
    dns: { nameservers: ['192.0.2.53'] },
  });
  t.deepEqual(appendResult(previous, { ...ours, dns: { nameservers: ['10.96.0.10'] } }).dns, {
    nameservers: ['10.96.0.10'],
  });
});
