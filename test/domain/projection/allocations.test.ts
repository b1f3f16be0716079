import test from 'ava';
import type { Recorded } from '../../../domain/event.ts';
import type { HostEvent } from '../../../domain/host/events.ts';
import { type Allocations, allocate } from '../../../domain/projection/allocations.ts';
import { hour } from '../../support/cluster.ts';
import { incarnation, ip, podAdded, podDeleted, podWired } from '../../support/events.ts';
import { joined } from '../../support/host.ts';

/** Recorded at one hour after the other. */
const record = (events: ReadonlyArray<HostEvent>): ReadonlyArray<Recorded<HostEvent>> =>
  events.map((event, revision) => ({
    event,
    id: `event-${revision}`,
    stream: `host-evio:node-1:${incarnation}`,
    revision,
    position: revision,
    recordedAt: hour(revision + 100),
    hash: '',
    metadata: {
      schema: 1,
      time: hour(revision),
      actor: 'test',
      incarnation,
      $causationId: '',
      $correlationId: '',
      payloadHash: '',
    },
  }));

const rowsAfter = (...events: ReadonlyArray<HostEvent>) => {
  const rows: Allocations = new Map();
  for (const recorded of record(events)) allocate(rows, recorded);
  return [...rows.values()];
};

const pod = { namespace: 'shop', name: 'web-0' };

test('a pod that was added is reserved, with its writer’s time and its place in the log', (t) => {
  const added = podAdded('c1', '10.244.0.2', { pod });
  t.deepEqual(rowsAfter(added), [
    {
      network: 'evio',
      containerId: 'c1',
      ifname: 'eth0',
      pod,
      addresses: [ip('10.244.0.2')],
      mac: '0a:58:0a:f4:00:02',
      netns: '/run/netns/c1',
      hostIfname: 'evioc1',
      status: 'reserved',
      addedAt: hour(0),
      revision: 0,
    },
  ]);
});

test('a pod that was wired is attached, and keeps the rest', (t) => {
  const [row] = rowsAfter(podAdded('c1', '10.244.0.2'), podWired('c1'));
  t.like(row, { status: 'attached', addedAt: hour(0), wiredAt: hour(1), revision: 0 });
});

test('a pod that was deleted is gone, and its address may be another’s', (t) => {
  const rows = rowsAfter(
    podAdded('c1', '10.244.0.2'),
    podAdded('c2', '10.244.0.3'),
    podDeleted('c1', '10.244.0.2', 'collected'),
    podAdded('c3', '10.244.0.2'),
  );
  t.deepEqual(
    rows.map(({ containerId, addresses }) => [containerId, ...addresses] as unknown),
    [
      ['c2', '10.244.0.3'],
      ['c3', '10.244.0.2'],
    ],
  );
});

test('added again after its deletion it is reserved again', (t) => {
  const [row] = rowsAfter(
    podAdded('c1', '10.244.0.2'),
    podWired('c1'),
    podDeleted('c1', '10.244.0.2'),
    podAdded('c1', '10.244.0.3'),
  );
  t.is(row?.status, 'reserved');
  t.is(row?.wiredAt, undefined);
  t.is(row?.revision, 3);
});

test('the node’s own life changes no allocation', (t) => {
  const before = rowsAfter(podAdded('c1', '10.244.0.2'));
  t.deepEqual(rowsAfter(podAdded('c1', '10.244.0.2'), ...joined), before);
});

test('wiring or deleting what is not there makes no row', (t) => {
  t.deepEqual(rowsAfter(podWired('c1'), podDeleted('c1', '10.244.0.2')), []);
});
