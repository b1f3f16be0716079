import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { type AuditEvent, auditEvents } from '../../domain/audit/events.ts';
import { genesis, linkHash, seal } from '../../domain/chain.ts';
import { type ClusterEvent, clusterEvents } from '../../domain/cluster/events.ts';
import { decodeMetadata } from '../../domain/envelope.ts';
import { decodeEvent, encodeEvent } from '../../domain/event.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import type { EventToAppend } from '../../domain/port/event-store.ts';
import { cidr, incarnation, ip, leaseObserved, nodeName, podAdded, samples } from '../support/events.ts';
import { samples4 } from '../support/pool-events.ts';

/*
 * What stands in the golden file was written by a release. It is never regenerated for an existing version: a changed shape
 * gets a new version, an upcaster and a line of its own.
 */
const codecs = { ...hostEvents, ...clusterEvents, ...auditEvents };
const stream = `host-evio:node-1:${incarnation}`;

const readGolden = async (name: string): Promise<ReadonlyArray<EventToAppend>> =>
  JSON.parse(await readFile(join(import.meta.dirname, '../golden', name), 'utf8'));

const golden = await readGolden('events-v1.json');
const golden2 = await readGolden('events-v2.json');
const golden3 = await readGolden('events-v3.json');
const golden4 = await readGolden('events-v4.json');

/** What the programs of generation 2 write and older ones did not. */
const samples2: ReadonlyArray<HostEvent | ClusterEvent> = [
  { ...leaseObserved, minReader: 2 },
  podAdded('c1', '10.244.0.2', {
    addresses: [
      { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
      { address: ip('fd00:244::7'), choice: { by: 'requested' } },
    ],
    pod: { namespace: 'default', name: 'web-0', uid: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e' },
  }),
  podAdded('c2', '10.244.0.3', {
    addresses: [{ address: ip('10.244.0.3'), choice: { by: 'imported', from: 'host-local' } }],
  }),
  podAdded('c3', '10.244.0.4', {
    addresses: [{ address: ip('10.244.0.4'), choice: { by: 'imported', from: 'etcd' } }],
  }),
  {
    type: 'JoinRequested',
    node: nodeName('node-1'),
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    held: { subnets: [cidr('10.244.37.0/24')], from: 'etcd' },
  },
  {
    type: 'SubnetLeased',
    node: nodeName('node-1'),
    subnet: cidr('10.244.37.0/24'),
    asOf: '2026-03-01T08:00:00.000Z',
    from: 'etcd',
  },
  { type: 'HostStarted', bootId: '5c0b4f5e-1f2b-4a53-9f6a-0f4b0a1c2d3e', clockSynchronised: true },
];

const { type: _p, ...firstHeld } = podAdded('c1', '10.244.0.2');
const { type: _l, clusterRevision: _r, ...lease } = leaseObserved;

/** What the programs of generation 3 write and older ones did not. */
const samples3: ReadonlyArray<HostEvent | ClusterEvent | AuditEvent> = [
  {
    type: 'PayloadRedacted',
    position: 812,
    stream,
    revision: 40,
    id: '33333333-3333-5333-8333-333333333333',
    redacted: ['pod'],
    reason: 'request 4711',
    remainingHash: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  },
  { type: 'EraClosed', head: { revision: 99_999, hash: sha256('the event before') } },
  {
    type: 'EraOpened',
    era: 2,
    previous: { stream, revision: 100_000, hash: sha256('EraClosed') },
    joinRequested: true,
    leaveRequested: false,
    clusterRevision: 2,
    held: [
      { ...firstHeld, status: 'attached', pod: { namespace: 'default', name: 'web-0' } },
      {
        ...firstHeld,
        containerId: 'c2',
        addresses: [{ address: ip('10.244.0.4'), choice: { by: 'requested' } }],
        status: 'reserved',
      },
    ],
    pools: [
      {
        subnet: cidr('10.244.0.0/24'),
        returned: [
          { first: ip('10.244.0.5'), count: 2, since: '' },
          { first: ip('10.244.0.3'), count: 1, since: '' },
        ],
        next: '5',
      },
      { subnet: cidr('10.244.9.0/29'), returned: [{ first: ip('10.244.9.2'), count: 5, since: '' }] },
    ],
    bootId: '5c0b4f5e-1f2b-4a53-9f6a-0f4b0a1c2d3e',
    lease: { ...lease, minReader: 3 },
    fence: 'node-1 is being replaced',
  },
  {
    type: 'EraOpened',
    era: 3,
    previous: { stream: `${stream}:2`, revision: 1, hash: sha256('EraClosed') },
    joinRequested: false,
    leaveRequested: false,
    clusterRevision: -1,
    held: [],
    pools: [],
  },
];

const sealedFor = (reader: number, events: ReadonlyArray<HostEvent | ClusterEvent | AuditEvent>) =>
  seal(
    sha256,
    stream,
    undefined,
    events.map((event, index) => {
      const { type, schema, payload } = encodeEvent(codecs)(event, reader);
      return {
        id: `00000000-0000-5000-8000-${index.toString(16).padStart(12, '0')}`,
        type,
        payload,
        metadata: {
          schema,
          time: '2026-03-01T08:00:00.000Z',
          actor: 'agent',
          incarnation,
          $causationId: '11111111-1111-5111-8111-111111111111',
          $correlationId: '22222222-2222-4222-8222-222222222222',
        },
      };
    }),
  );

const decodedAt = (line: EventToAppend, index: number) => {
  const recordedAt = '2026-03-01T08:00:00.001Z';
  const decoded = decodeEvent(codecs)({ ...line, stream, revision: index, position: index, recordedAt });
  return E.isRight(decoded) ? decoded.right.event : decoded.left;
};

test('every event type has a golden line', (t) => {
  const types = [...golden, ...golden3, ...golden4].map(({ type }) => type);
  t.deepEqual([...new Set(types)].sort(), Object.keys(codecs).sort());
});

test('events are stored exactly as the golden files have them, byte for byte', (t) => {
  t.deepEqual(sealedFor(1, samples), golden);
  t.deepEqual(sealedFor(2, samples2), golden2);
  t.deepEqual(sealedFor(3, samples3), golden3);
  t.deepEqual(sealedFor(4, samples4), golden4);
});

test('the golden files are of two versions of PodAdded, and both are read as the current one', (t) => {
  const schemas = [...golden, ...golden2]
    .filter(({ type }) => type === 'PodAdded')
    .map(({ metadata }) => (JSON.parse(metadata) as { readonly schema: number }).schema);
  t.deepEqual(schemas, [1, 2, 2, 2]);
  t.deepEqual(golden2.map(decodedAt), samples2);
  t.deepEqual(golden3.map(decodedAt), samples3);
});

test('what version 1 cannot say is not written for its readers', (t) => {
  t.throws(() => sealedFor(1, samples2), { message: 'no version of PodAdded for readers of 1 says this' });
});

test('what generation 4 wrote is read', (t) => {
  t.deepEqual(golden4.map(decodedAt), samples4);
});

test('PayloadRedacted v1 is still read', (t) => {
  t.deepEqual(golden3.map(decodedAt), samples3);
});

for (const [index, line] of golden.entries()) {
  test(`${line.type} v1 is still read`, (t) => {
    t.deepEqual(decodedAt(line, index), samples[index]);
  });

  test(`the hash of ${line.type} covers its place, identity, payload and metadata`, (t) => {
    const recorded = {
      ...line,
      stream,
      revision: index,
      position: index,
      recordedAt: '2026-03-01T08:00:00.001Z',
    };
    const decoded = decodeMetadata(recorded);
    if (E.isLeft(decoded)) return t.fail(decoded.left.reason);
    const metadata = decoded.right;
    const previous = golden[index - 1]?.hash ?? genesis;
    const link = { previous, stream, revision: index, id: line.id, type: line.type, metadata };
    t.is(linkHash(sha256, link), line.hash);
    t.is(metadata.payloadHash, sha256(line.payload));
    const altered = [
      { ...link, previous: sha256('another') },
      { ...link, stream: 'host-evio:node-2' },
      { ...link, revision: index + 1 },
      { ...link, id: '33333333-3333-5333-8333-333333333333' },
      { ...link, type: 'PodMoved' },
      { ...link, metadata: { ...metadata, time: '2026-03-01T08:00:00.001Z' } },
      { ...link, metadata: { ...metadata, payloadHash: sha256('another') } },
      { ...link, metadata: { ...metadata, actor: 'somebody' } },
    ];
    t.deepEqual(
      altered.filter((other) => linkHash(sha256, other) === line.hash),
      [],
    );
  });
}

test('an event of an unknown type or a newer version is named, not skipped', (t) => {
  const [first] = golden;
  if (first === undefined) return t.fail();
  const place = { stream, revision: 0, position: 0, recordedAt: '2026-03-01T08:00:00.001Z' };
  t.deepEqual(
    decodeEvent(codecs)({ ...first, ...place, type: 'PodMoved' }),
    E.left({ type: 'unknown-event' as const, id: first.id, event: 'PodMoved', version: 1 }),
  );
  for (const version of [0, 2]) {
    const metadata = first.metadata.replace('"schema":1', `"schema":${version}`);
    t.deepEqual(
      decodeEvent(codecs)({ ...first, ...place, metadata }),
      E.left({ type: 'unknown-event' as const, id: first.id, event: first.type, version }),
    );
  }
});
