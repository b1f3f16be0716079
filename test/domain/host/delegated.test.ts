import test from 'ava';
import { fold } from '../../../domain/decider.ts';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import type { HostFailure } from '../../../domain/host/failure.ts';
import { carriedOf, changeEra } from '../../support/eras.ts';
import { cidr, ip, leaseObserved, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import {
  addPod,
  attachment,
  fenced,
  joined,
  joinRequested,
  leaveRequested,
  started,
} from '../../support/host.ts';
import { written } from '../../support/logged.ts';
import { beginning, delegated, host as told, verify } from '../../support/told-history.ts';

const plugin = 'host-local';
const subnets = [cidr('10.244.0.0/24')];
const readable: HostEvent = { ...leaseObserved, minReader: 4 };
const serving = [started, joinRequested, readable];
const dual: HostEvent = { ...readable, subnets: [...subnets, cidr('fd00:244::/64')] };

const adding = (container: string, ...addresses: ReadonlyArray<string>) =>
  addPod(container, { delegated: { plugin, addresses: addresses.map(ip) } });

const added = (container: string, ...addresses: ReadonlyArray<string>) =>
  podAdded(container, addresses[0] ?? '', { addresses: addresses.map(delegated) });

test("a delegate's address is recorded with the plugin that chose it", (t) => {
  given(host, serving).when(adding('c1', '10.244.0.77')).decides(t, added('c1', '10.244.0.77'));
});

test('asked again by the same run it is answered again, and for another run it is attached', (t) => {
  const there = [...serving, added('c1', '10.244.0.77'), podWired('c1')];
  given(host, there).when(adding('c1', '10.244.0.77')).decides(t);
  given(host, there)
    .when({ ...adding('c1', '10.244.0.78'), requestId: 'another' })
    .refuses(t, { type: 'already-attached', attachment: attachment('c1'), addresses: [ip('10.244.0.77')] });
});

test('a delegate may give one family of two, or both in either order', (t) => {
  const both = [started, joinRequested, dual];
  given(host, both).when(adding('c1', '10.244.0.7')).decides(t, added('c1', '10.244.0.7'));
  given(host, both)
    .when(adding('c1', 'fd00:244::7', '10.244.0.7'))
    .decides(t, added('c1', '10.244.0.7', 'fd00:244::7'));
});

const refusals: ReadonlyArray<readonly [string, ReadonlyArray<string>, HostFailure]> = [
  [
    'an address outside of the lease',
    ['192.168.5.7'],
    {
      type: 'delegated-conflict',
      plugin,
      address: ip('192.168.5.7'),
      conflict: { type: 'outside-lease', subnets },
    },
  ],
  [
    "the node's gateway",
    ['10.244.0.1'],
    {
      type: 'delegated-conflict',
      plugin,
      address: ip('10.244.0.1'),
      conflict: { type: 'never-given', role: 'gateway' },
    },
  ],
  [
    'an address that a pod of ours holds',
    ['10.244.0.9'],
    {
      type: 'delegated-conflict',
      plugin,
      address: ip('10.244.0.9'),
      conflict: { type: 'address-held', holder: 'evio/c9/eth0' },
    },
  ],
  [
    'two addresses of one family',
    ['10.244.0.7', '10.244.0.8'],
    {
      type: 'delegated-not-one-per-family',
      plugin,
      addresses: ['10.244.0.7', '10.244.0.8'].map(ip),
    },
  ],
  ['no address', [], { type: 'delegated-not-one-per-family', plugin, addresses: [] }],
];

for (const [title, addresses, failure] of refusals) {
  test(`a delegate that gives ${title} is refused`, (t) => {
    given(host, [...serving, podAdded('c9', '10.244.0.9')])
      .when(adding('c1', ...addresses))
      .refuses(t, failure);
  });
}

test('what forbids any ADD forbids a delegated one, and so do readers from before generation 4', (t) => {
  const command = adding('c1', '10.244.0.7');
  given(host, [started, joinRequested]).when(command).refuses(t, { type: 'no-lease' });
  given(host, [...serving, podAdded('c2', '10.244.0.2'), fenced])
    .when(command)
    .refuses(t, { type: 'lease-fenced', reason: 'replaced' });
  given(host, [...serving, podAdded('c2', '10.244.0.2'), leaveRequested])
    .when(command)
    .refuses(t, { type: 'leaving' });
  given(host, joined).when(command).refuses(t, { type: 'readers-too-old', minReader: 1, needed: 4 });
});

test('the policy passes over what a delegate gave, until it is deleted', (t) => {
  const policy = addPod('c2');
  given(host, [...serving, added('c1', '10.244.0.2')])
    .when(policy)
    .decides(t, podAdded('c2', '10.244.0.3'));
  given(host, [...serving, added('c1', '10.244.0.3'), podDeleted('c1', '10.244.0.3')])
    .when(policy)
    .decides(t, podAdded('c2', '10.244.0.2'));
});

test('an era carries who chose an address', (t) => {
  const state = fold(host, [...serving, added('c1', '10.244.0.77'), podWired('c1')]);
  const next = changeEra(state, { revision: 4, hash: 'ab'.repeat(32) });
  t.deepEqual(carriedOf(next.state), carriedOf(state));
  t.deepEqual(next.state.attachments.get('evio/c1/eth0')?.addresses, [delegated('10.244.0.77')]);
});

test('an auditor does not run a delegate again, and holds what it gave against the lease and the other pods', (t) => {
  const history = (...addresses: ReadonlyArray<string>) =>
    verify(written(...beginning, told(podAdded('c1', '10.244.0.2')), told(added('c2', ...addresses))));
  const sound = history('10.244.0.77');
  t.deepEqual([sound.fault, sound.breach], [undefined, undefined]);
  t.is(history('192.168.5.7').breach?.law, 'allocation-in-lease');
  t.is(history('10.244.0.2').breach?.law, 'address-once');
  t.is(history('10.244.0.1').breach?.law, 'address-choice');
});

test('an auditor takes one family of two from a delegate, and not from the policy', (t) => {
  const found = (pod: HostEvent) =>
    verify(written(...[started, joinRequested, dual, pod].map((event) => told(event)))).breach?.law;
  t.is(found(added('c1', '10.244.0.7')), undefined);
  t.is(found(podAdded('c1', '10.244.0.2')), 'address-choice');
});
