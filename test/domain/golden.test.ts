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
import { type LogIdentified, logEvents } from '../../domain/log/events.ts';
import type { EventToAppend } from '../../domain/port/event-store.ts';
import { incarnation, samples } from '../support/events.ts';
import { samples2, samples3, samples4, samples5, samples6, stream } from '../support/golden-samples.ts';
import { samples7 } from '../support/golden-samples-7.ts';
import { trunkSamples, vlanSamples } from '../support/golden-samples-vlan.ts';
import { poolSamples } from '../support/pool-events.ts';

/*
 * What stands in the golden file was written by a release. It is never regenerated for an existing version: a changed shape
 * gets a new version, an upcaster and a line of its own.
 */
const codecs = { ...hostEvents, ...clusterEvents, ...auditEvents, ...logEvents };

const readGolden = async (name: string): Promise<ReadonlyArray<EventToAppend>> =>
  JSON.parse(await readFile(join(import.meta.dirname, '../golden', name), 'utf8'));

const golden = await readGolden('events-v1.json');
const golden2 = await readGolden('events-v2.json');
const golden3 = await readGolden('events-v3.json');
const golden4 = await readGolden('events-v4.json');
const golden5 = await readGolden('events-v5.json');
const golden6 = await readGolden('events-v6.json');
const golden7 = await readGolden('events-v7.json');
const goldenVlan = await readGolden('events-v7-vlan.json');
const goldenTrunk = await readGolden('events-v7-trunk.json');

const sealedFor = (
  reader: number,
  events: ReadonlyArray<HostEvent | ClusterEvent | AuditEvent | LogIdentified>,
) =>
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
  const types = [...golden, ...golden3, ...golden4, ...golden5, ...golden6, ...golden7].map(
    ({ type }) => type,
  );
  t.deepEqual([...new Set(types)].sort(), Object.keys(codecs).sort());
});

test('events are stored exactly as the golden files have them, byte for byte', (t) => {
  t.deepEqual(sealedFor(1, samples), golden);
  t.deepEqual(sealedFor(2, samples2), golden2);
  t.deepEqual(sealedFor(3, samples3), golden3);
  t.deepEqual(sealedFor(4, samples4), golden4);
  t.deepEqual(sealedFor(5, samples5), golden5);
  t.deepEqual(sealedFor(6, samples6), golden6);
  t.deepEqual(sealedFor(7, samples7), golden7);
  t.deepEqual(sealedFor(7, vlanSamples), goldenVlan);
  t.deepEqual(sealedFor(7, trunkSamples), goldenTrunk);
});

test('the golden files are of three versions of PodAdded, and all are read as the current one', (t) => {
  const schemas = [...golden, ...golden2, ...golden4]
    .filter(({ type }) => type === 'PodAdded')
    .map(({ metadata }) => (JSON.parse(metadata) as { readonly schema: number }).schema);
  t.deepEqual(schemas, [1, 2, 2, 2, 3, 3]);
  t.deepEqual(golden2.map(decodedAt), samples2);
  t.deepEqual(golden3.map(decodedAt), samples3);
  t.deepEqual(golden4.map(decodedAt), samples4);
  t.deepEqual(golden5.map(decodedAt), samples5);
  t.deepEqual(golden6.map(decodedAt), samples6);
  t.deepEqual(golden7.map(decodedAt), samples7);
  t.deepEqual(goldenVlan.map(decodedAt), vlanSamples);
  t.deepEqual(goldenTrunk.map(decodedAt), trunkSamples);
});

test('what version 1 cannot say is not written for its readers', (t) => {
  t.throws(() => sealedFor(1, samples2), { message: 'no version of PodAdded for readers of 1 says this' });
});

test('what events of before generation 4 say anew is not written for their readers', (t) => {
  for (const event of samples4.filter(
    (sample) => sample.type !== 'LeaseObserved' && !poolSamples.includes(sample as HostEvent),
  ))
    t.throws(() => sealedFor(3, [event]), {
      message: `no version of ${event.type} for readers of 3 says this`,
    });
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
