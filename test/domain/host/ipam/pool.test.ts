import test from 'ava';
import { host } from '../../../../domain/host/decider.ts';
import type { HostEvent } from '../../../../domain/host/events.ts';
import {
  addressesAllocated,
  addressesReleased,
  cidr,
  ip,
  lanRanges,
  leaseObserved,
} from '../../../support/events.ts';
import { given } from '../../../support/given.ts';
import { bootId, joined, started } from '../../../support/host.ts';
import { allocate, release, takeOver } from '../../../support/pool.ts';

const configured: HostEvent = { type: 'PoolConfigured', network: 'lan', ranges: lanRanges };
const c1 = addressesAllocated('c1', '10.1.2.2');
const c2 = addressesAllocated('c2', '10.1.2.3');
const byPolicy = { by: 'policy', policy: 'round-robin/1' } as const;

test('the first address of a network is given behind its ranges, and the gateway to nobody', (t) => {
  given(host, [started]).when(allocate('c1')).decides(t, configured, c1);
});

test('ranges that did not change are not told again, others are', (t) => {
  given(host, [configured, c1]).when(allocate('c2')).decides(t, c2);
  const ranges = [
    [{ subnet: cidr('10.5.0.0/24'), first: ip('10.5.0.1'), last: ip('10.5.0.254'), gateway: ip('10.5.0.1') }],
  ];
  given(host, [configured, c1])
    .when(allocate('c2', { ranges }))
    .decides(t, { type: 'PoolConfigured', network: 'lan', ranges }, addressesAllocated('c2', '10.5.0.2'));
});

test('what is free again waits until all others were given', (t) => {
  const life = [configured, c1, addressesReleased('c1', '10.1.2.2')];
  given(host, life).when(allocate('c2')).decides(t, c2);
  const all = [2, 3, 4, 5, 6].map((n) => addressesAllocated(`c${n}`, `10.1.2.${n}`));
  given(host, [configured, ...all])
    .when(allocate('c9'))
    .refuses(t, {
      type: 'pool-exhausted',
      set: 0,
      ranges: '10.1.2.1-10.1.2.6',
    });
  given(host, [configured, ...all, addressesReleased('c4', '10.1.2.4')])
    .when(allocate('c9'))
    .decides(t, addressesAllocated('c9', '10.1.2.4'));
});

test('the same run of the plugin is answered again, another one is refused as host-local does', (t) => {
  given(host, [started]).when(allocate('c1')).onceOnly(t);
  given(host, [configured, c1])
    .when(allocate('c1', { requestId: 'another' }))
    .refuses(t, { type: 'pool-duplicate', set: 0, address: ip('10.1.2.2'), containerId: 'c1' });
  given(host, [configured, c1])
    .when(allocate('c1', { requestId: 'another', requestedAddresses: [ip('10.1.2.5')] }))
    .refuses(t, { type: 'pool-duplicate', set: 0, address: ip('10.1.2.2'), containerId: 'c1' });
});

test('where host-local went on, and what it holds that nobody can read, stands beside the choice', (t) => {
  const found = { last: new Map([[0, ip('10.1.2.4')]]), taken: new Set([ip('10.1.2.5')]) };
  given(host, [configured, c1])
    .when(allocate('c2', { found }))
    .decides(
      t,
      addressesAllocated('c2', '10.1.2.6', {
        addresses: [
          {
            address: ip('10.1.2.6'),
            set: 0,
            choice: { ...byPolicy, after: ip('10.1.2.4'), passedOver: [ip('10.1.2.5')] },
          },
        ],
      }),
    );
  given(host, [configured, c1])
    .when(allocate('c2', { found, requestedAddresses: [ip('10.1.2.5')] }))
    .refuses(t, {
      type: 'pool-requested-taken',
      set: 0,
      address: ip('10.1.2.5'),
      ranges: '10.1.2.1-10.1.2.6',
    });
});

test('what host-local gave is taken over once, and what others hold is not', (t) => {
  const holder = { containerId: 'h1', ifname: 'eth0', addresses: [ip('10.1.2.6')] };
  const taken = addressesAllocated('h1', '10.1.2.6', {
    addresses: [{ address: ip('10.1.2.6'), choice: { by: 'imported', from: 'host-local' } }],
    requestId: 'request-take-over',
  });
  given(host, [configured, c1]).when(takeOver(holder)).decides(t, taken);
  given(host, [configured, c1]).when(takeOver(holder)).onceOnly(t);
  given(host, [configured, c1])
    .when(takeOver({ ...holder, addresses: [ip('10.1.2.2')] }))
    .decides(t);
  given(host, [configured, c1])
    .when(takeOver({ ...holder, containerId: 'c1' }))
    .decides(t);
});

test('a release frees what is held, whoever asks twice', (t) => {
  given(host, [configured, c1]).when(release('c1')).decides(t, addressesReleased('c1', '10.1.2.2'));
  given(host, [configured, c1]).when(release('c1')).onceOnly(t);
});

test('in the old format of host-local a holder has no interface, and is the container’s of any', (t) => {
  const old = addressesAllocated('c1', '10.1.2.2', { ifname: '' });
  given(host, [configured, old])
    .when(allocate('c1', { requestId: 'another' }))
    .refuses(t, {
      type: 'pool-duplicate',
      set: 0,
      address: ip('10.1.2.2'),
      containerId: 'c1',
    });
  given(host, [configured, old])
    .when(release('c1'))
    .decides(t, { ...addressesReleased('c1', '10.1.2.2'), ifname: '' });
});

test('a reboot releases what was given before it, and no lease is needed for any of it', (t) => {
  given(host, [started, configured, c1, c2])
    .when({ type: 'start', bootId: 'another' })
    .decides(
      t,
      { type: 'HostStarted', bootId: 'another' },
      addressesReleased('c1', '10.1.2.2', 'rebooted'),
      addressesReleased('c2', '10.1.2.3', 'rebooted'),
    );
  given(host, [started, configured, c1]).when({ type: 'start', bootId }).decides(t, started);
});

test('while older programs read the cluster’s events nothing is given, and all is released', (t) => {
  const refusal = { type: 'readers-too-old', minReader: 1, needed: 4 } as const;
  given(host, joined).when(allocate('c1')).refuses(t, refusal);
  given(host, joined)
    .when(takeOver({ containerId: 'h1', ifname: 'eth0', addresses: [ip('10.1.2.6')] }))
    .refuses(t, refusal);
  given(host, [started, configured, c1, ...joined.slice(1)])
    .when(release('c1'))
    .decides(t, addressesReleased('c1', '10.1.2.2'));
  given(host, [...joined.slice(0, 2), { ...leaseObserved, minReader: 4 }])
    .when(allocate('c1'))
    .decides(t, configured, c1);
});
