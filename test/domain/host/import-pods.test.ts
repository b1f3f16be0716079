import test from 'ava';
import { fold } from '../../../domain/decider.ts';
import type { ImportedPod, ImportPods } from '../../../domain/host/command.ts';
import { host } from '../../../domain/host/decider.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import type { ImportConflict } from '../../../domain/host/failure.ts';
import { conflictsOf } from '../../../domain/host/import-pods.ts';
import { describeImportConflict } from '../../../domain/host/import-words.ts';
import { cidr, ip, leaseObserved, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { given } from '../../support/given.ts';
import { addPod, attachment, fenced, joined, leaveRequested, started } from '../../support/host.ts';

const lease = { ...leaseObserved, minReader: 2 };
const dual = { ...lease, subnets: [cidr('10.244.0.0/24'), cidr('fd00:244::/64')] };
const member = [...joined, lease];

const pod = (containerId: string, ...addresses: ReadonlyArray<string>): ImportedPod => {
  const { type: _, requestId: _r, commandId: _c, ...added } = podAdded(containerId, '10.244.0.2');
  return { ...added, addresses: addresses.map(ip) };
};

const imports = (...pods: ReadonlyArray<ImportedPod>): ImportPods => ({
  type: 'import-pods',
  from: 'host-local',
  pods,
  requestId: 'request',
  commandId: 'command',
});

const added = (containerId: string, ...addresses: ReadonlyArray<string>): HostEvent => ({
  ...podAdded(containerId, '10.244.0.2'),
  addresses: addresses.map((address) => ({
    address: ip(address),
    choice: { by: 'imported', from: 'host-local' },
  })),
  requestId: 'request',
  commandId: 'command',
});

test('pods are added and wired, so that no restart takes them for interrupted', (t) => {
  given(host, member)
    .when(imports(pod('c1', '10.244.0.2'), pod('c2', '10.244.0.9')))
    .decides(t, added('c1', '10.244.0.2'), podWired('c1'), added('c2', '10.244.0.9'), podWired('c2'));
});

test('an address of each family', (t) => {
  given(host, [...joined, dual])
    .when(imports(pod('c1', '10.244.0.2', 'fd00:244::7')))
    .decides(t, added('c1', '10.244.0.2', 'fd00:244::7'), podWired('c1'));
});

test('the same import again decides nothing; a source that has grown adds what is new', (t) => {
  given(host, member)
    .when(imports(pod('c1', '10.244.0.2')))
    .onceOnly(t);
  given(host, [...member, added('c1', '10.244.0.2'), podWired('c1')])
    .when(imports(pod('c1', '10.244.0.2'), pod('c2', '10.244.0.3')))
    .decides(t, added('c2', '10.244.0.3'), podWired('c2'));
});

test('what was taken over is given to nobody until it is deleted', (t) => {
  const held = [...member, added('c1', '10.244.0.2'), podWired('c1')];
  given(host, held).when(addPod('c2')).decides(t, podAdded('c2', '10.244.0.3'));
  given(host, [...held, podDeleted('c1', '10.244.0.2')])
    .when(addPod('c2', { requestedAddresses: [ip('10.244.0.2')] }))
    .decides(t, {
      ...podAdded('c2', '10.244.0.2'),
      addresses: [{ address: ip('10.244.0.2'), choice: { by: 'requested' } }],
    });
});

test('every conflict is named, and none of the pods is taken over', (t) => {
  const reserved = podAdded('c9', '10.244.0.9');
  const conflicts: ReadonlyArray<ImportConflict> = [
    {
      attachment: attachment('c1'),
      address: ip('10.99.0.2'),
      conflict: { type: 'outside-lease', subnets: lease.subnets },
    },
    {
      attachment: attachment('c2'),
      address: ip('10.244.0.1'),
      conflict: { type: 'never-given', role: 'gateway' },
    },
    {
      attachment: attachment('c3'),
      address: ip('10.244.0.9'),
      conflict: { type: 'address-held', holder: 'evio/c9/eth0' },
    },
    {
      attachment: attachment('c5'),
      address: ip('10.244.0.4'),
      conflict: { type: 'twice-in-source', other: 'evio/c4/eth0' },
    },
    { attachment: attachment('c4'), conflict: { type: 'twice-in-source', other: 'evio/c4/eth0' } },
    { attachment: attachment('c6'), conflict: { type: 'not-one-per-family' } },
    { attachment: attachment('c7'), conflict: { type: 'not-one-per-family' } },
    { attachment: attachment('c9'), conflict: { type: 'attachment-known', addresses: [ip('10.244.0.9')] } },
  ];
  given(host, [...member, reserved])
    .when(
      imports(
        pod('c0', '10.244.0.3'),
        pod('c1', '10.99.0.2'),
        pod('c2', '10.244.0.1'),
        pod('c3', '10.244.0.9'),
        pod('c4', '10.244.0.4'),
        pod('c5', '10.244.0.4'),
        pod('c4', '10.244.0.5'),
        pod('c6', '10.244.0.6', '10.244.0.7'),
        pod('c7'),
        pod('c9', '10.244.0.9'),
      ),
    )
    .refuses(t, { type: 'import-conflicts', conflicts });
  t.deepEqual(
    conflicts.map((conflict) => describeImportConflict(conflict).reason),
    [
      'address "10.99.0.2" of evio/c1/eth0 is outside of this node\'s 10.244.0.0/24',
      'address "10.244.0.1" of evio/c2/eth0 is the gateway address of its subnet',
      'address "10.244.0.9" of evio/c3/eth0 is held by evio/c9/eth0',
      'address "10.244.0.4" of evio/c5/eth0 is in the source twice, for evio/c4/eth0 too',
      'attachment "evio/c4/eth0" is in the source twice, for evio/c4/eth0 too',
      'attachment "evio/c6/eth0" does not have one address, or one of each family',
      'attachment "evio/c7/eth0" does not have one address, or one of each family',
      'attachment "evio/c9/eth0" is in the log already, with 10.244.0.9',
    ],
  );
});

test('without a lease what no subnet of the cluster could hold is a conflict, and what the source itself contradicts', (t) => {
  const pods = [
    pod('c1', '10.99.0.2'),
    pod('c2', '10.244.0.1'),
    pod('c3', '10.244.9.9'),
    pod('c4', '10.244.9.9'),
    pod('c5', 'fd00:244::7'),
  ];
  const found = (podCidrs: ReadonlyArray<string>) =>
    conflictsOf(fold(host, [started]), { podCidrs: podCidrs.map(cidr) }, pods).map(
      (conflict) => describeImportConflict(conflict).reason,
    );
  const twice = 'address "10.244.9.9" of evio/c4/eth0 is in the source twice, for evio/c3/eth0 too';
  t.deepEqual(found(['10.244.0.0/16']), [
    'address "10.99.0.2" of evio/c1/eth0 is outside of the cluster\'s 10.244.0.0/16',
    twice,
    'address "fd00:244::7" of evio/c5/eth0 is outside of the cluster\'s 10.244.0.0/16',
  ]);
  t.deepEqual(found(['10.99.0.0/16', '10.244.0.0/16', 'fd00::/16']), [twice]);
  t.deepEqual(found([]), [twice], 'networks that nobody knows');
});

test('nothing is taken over without a lease that may give, or where older programs read along', (t) => {
  const command = imports(pod('c1', '10.244.0.2'));
  given(host, [started]).when(command).refuses(t, { type: 'no-lease' });
  given(host, [...member, fenced])
    .when(command)
    .refuses(t, { type: 'lease-fenced', reason: 'replaced' });
  given(host, [...member, leaveRequested])
    .when(command)
    .refuses(t, { type: 'leaving' });
  given(host, joined).when(command).refuses(t, { type: 'readers-too-old', minReader: 1, needed: 2 });
});
