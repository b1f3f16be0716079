import test from 'ava';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { cidr, ip, leaseObserved, podAdded, podDeleted } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { addPod, joined, joinRequested, started } from '../../support/host.ts';

test('the first pod gets the first address behind the gateway', (t) => {
  given(host, joined).when(addPod('c1')).decides(t, podAdded('c1', '10.244.0.2'));
});

test('what Kubernetes says of the pod is recorded with it', (t) => {
  const pod = { namespace: 'default', name: 'web-0', uid: 'u1' };
  given(host, joined)
    .when(addPod('c1', { pod }))
    .decides(t, podAdded('c1', '10.244.0.2', { pod }));
});

test('never-given addresses come before returned ones, in order', (t) => {
  given(host, [...joined, podAdded('c1', '10.244.0.2'), podDeleted('c1', '10.244.0.2')])
    .when(addPod('c2'))
    .decides(t, podAdded('c2', '10.244.0.3'));
});

test('when all were given, the one that is free for longest is given again', (t) => {
  const tiny: HostEvent = { ...leaseObserved, subnets: [cidr('10.244.0.0/29')] };
  const given5 = ['2', '3', '4', '5', '6'].map((last) => podAdded(`c${last}`, `10.244.0.${last}`));
  given(host, [
    started,
    joinRequested,
    tiny,
    ...given5,
    podDeleted('c4', '10.244.0.4'),
    podDeleted('c2', '10.244.0.2'),
  ])
    .when(addPod('c7'))
    .decides(t, podAdded('c7', '10.244.0.4'));
});

test('a full subnet refuses, with its size', (t) => {
  const tiny: HostEvent = { ...leaseObserved, subnets: [cidr('10.244.0.0/30')] };
  given(host, [started, joinRequested, tiny, podAdded('c1', '10.244.0.2')])
    .when(addPod('c2'))
    .refuses(t, { type: 'subnet-exhausted', subnets: [cidr('10.244.0.0/30')], capacity: '1' });
});

test('a dual-stack lease gives one address of each family', (t) => {
  const dual: HostEvent = { ...leaseObserved, subnets: [cidr('10.244.0.0/24'), cidr('fd00:244::/64')] };
  given(host, [started, joinRequested, dual])
    .when(addPod('c1', { requestedAddresses: [ip('fd00:244::beef')] }))
    .decides(
      t,
      podAdded('c1', '10.244.0.2', {
        addresses: [
          { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
          { address: ip('fd00:244::beef'), choice: { by: 'requested' } },
        ],
      }),
    );
});

test('a requested address is honoured, and skipped when its turn comes', (t) => {
  const requested = podAdded('c1', '10.244.0.2', {
    addresses: [{ address: ip('10.244.0.2'), choice: { by: 'requested' } }],
  });
  given(host, joined)
    .when(addPod('c1', { requestedAddresses: [ip('10.244.0.2')] }))
    .decides(t, requested);
  given(host, [...joined, requested])
    .when(addPod('c2'))
    .decides(t, podAdded('c2', '10.244.0.3'));
});

const refusedRequests = [
  ['outside of the lease', '10.245.0.9', { type: 'requested-outside', subnets: leaseObserved.subnets }],
  ['the network address', '10.244.0.0', { type: 'requested-never-given', role: 'network' }],
  ['the gateway', '10.244.0.1', { type: 'requested-never-given', role: 'gateway' }],
  ['the broadcast address', '10.244.0.255', { type: 'requested-never-given', role: 'broadcast' }],
  ['held by another pod', '10.244.0.2', { type: 'requested-held', holder: 'evio/c1/eth0' }],
] as const;

for (const [what, address, failure] of refusedRequests) {
  test(`a requested address that is ${what} is refused`, (t) => {
    given(host, [...joined, podAdded('c1', '10.244.0.2')])
      .when(addPod('c2', { requestedAddresses: [ip(address)] }))
      .refuses(t, { ...failure, address: ip(address) });
  });
}

test('two requested addresses of one family are refused', (t) => {
  const addresses = [ip('10.244.0.8'), ip('10.244.0.9')];
  given(host, joined)
    .when(addPod('c1', { requestedAddresses: addresses }))
    .refuses(t, { type: 'requested-twice', addresses });
});

test('one address asked for by two ways is one request', (t) => {
  given(host, joined)
    .when(addPod('c1', { requestedAddresses: [ip('10.244.0.8'), ip('10.244.0.8')] }))
    .decides(
      t,
      podAdded('c1', '10.244.0.2', {
        addresses: [{ address: ip('10.244.0.8'), choice: { by: 'requested' } }],
        mac: '0a:58:0a:f4:00:08',
      }),
    );
});
