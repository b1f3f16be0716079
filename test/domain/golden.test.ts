import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { genesis, linkHash, seal } from '../../domain/chain.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { decodeMetadata } from '../../domain/envelope.ts';
import { decodeEvent, encodeEvent } from '../../domain/event.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { EventToAppend } from '../../domain/port/event-store.ts';
import { incarnation, samples } from '../support/events.ts';

/*
 * What stands in the golden file was written by a release. It is never regenerated for an existing version: a changed shape
 * gets a new version, an upcaster and a line of its own.
 */
const codecs = { ...hostEvents, ...clusterEvents };
const stream = `host-evio:node-1:${incarnation}`;

const golden = JSON.parse(
  await readFile(join(import.meta.dirname, '../golden/events-v1.json'), 'utf8'),
) as ReadonlyArray<EventToAppend>;

const sealed = seal(
  sha256,
  stream,
  undefined,
  samples.map((event, index) => {
    const { type, schema, payload } = encodeEvent(codecs)(event);
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

test('every event type has a golden line', (t) => {
  t.deepEqual(golden.map(({ type }) => type).sort(), Object.keys(codecs).sort());
});

test('events are stored exactly as the golden file has them, byte for byte', (t) => {
  t.deepEqual(sealed, golden);
});

for (const [index, line] of golden.entries()) {
  test(`${line.type} v1 is still read`, (t) => {
    const recorded = {
      ...line,
      stream,
      revision: index,
      position: index,
      recordedAt: '2026-03-01T08:00:00.001Z',
    };
    const decoded = decodeEvent(codecs)(recorded);
    t.deepEqual(E.isRight(decoded) ? decoded.right.event : decoded.left, samples[index]);
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
  const newer = first.metadata.replace('"schema":1', '"schema":2');
  t.deepEqual(
    decodeEvent(codecs)({ ...first, ...place, metadata: newer }),
    E.left({ type: 'unknown-event' as const, id: first.id, event: first.type, version: 2 }),
  );
});
