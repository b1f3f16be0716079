import { readFileSync } from 'node:fs';
import test from 'ava';
import { clientEnvelope } from '../../../domain/esdb/client-envelope.ts';
import { readEvent } from '../../../domain/esdb/read-event.ts';
import { isRowId, rowIds } from '../../../domain/esdb/row-id.ts';
import { sealClientEvents } from '../../../domain/esdb/seal-client-events.ts';
import type { ClientEvent } from '../../../domain/port/client-log.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import { idOf, logId, sent, sha256, stamp, standingOn } from './scene.ts';

type Golden = { readonly sent: ReadonlyArray<ClientEvent>; readonly stored: ReadonlyArray<RecordedEvent> };

/** Never regenerated: logs in the field have events of this shape. Bytes are written as `{"base64": …}`. */
const golden: Golden = JSON.parse(
  readFileSync(new URL('../../golden/client-event-v1.json', import.meta.url), 'utf8'),
  (_, value) => (typeof value?.base64 === 'string' ? Uint8Array.fromBase64(value.base64) : value),
);

test('clients’ events are stored as they ever were', (t) => {
  const { events } = sealClientEvents(standingOn([]), 'orders', undefined, golden.sent);
  t.deepEqual(
    events.map((event, revision) => ({
      ...event,
      stream: 'orders',
      revision,
      position: revision,
      recordedAt: stamp,
    })),
    golden.stored,
  );
});

test('stored clients’ events are read as they were sent', (t) => {
  t.deepEqual(
    golden.stored.map(readEvent),
    golden.sent.map((event, revision) => ({
      ...event,
      stream: 'orders',
      revision,
      position: revision,
      recordedAt: stamp,
    })),
  );
});

test('the envelope names what the client’s metadata says of cause and connection, else the event itself', (t) => {
  const origin = (metadata: string): ReadonlyArray<string> => {
    const { $causationId, $correlationId } = clientEnvelope(sent(1, { metadata }), stamp, logId);
    return [$causationId, $correlationId];
  };
  t.deepEqual(origin(''), [idOf(1), idOf(1)]);
  t.deepEqual(origin('{"$causationId":"c","$correlationId":"r"}'), ['c', 'r']);
  t.deepEqual(origin('{"$causationId":"c"}'), ['c', idOf(1)]);
  t.deepEqual(origin('{"$causationId":7,"$correlationId":""}'), [idOf(1), idOf(1)]);
  t.deepEqual(origin('no JSON with a $causationId'), [idOf(1), idOf(1)]);
  t.deepEqual(origin('"$causationId"'), [idOf(1), idOf(1)]);
});

test('the ids in the log are UUIDs of version 8, other ones for each stream and revision, in the order of revisions', (t) => {
  const orders = rowIds(sha256, 'orders');
  const ids = [orders(0), orders(1), orders(1_000_000), rowIds(sha256, 'bills')(0)];
  t.is(new Set(ids).size, ids.length);
  for (const id of ids) {
    t.regex(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    t.true(isRowId(id));
  }
  t.deepEqual(ids.slice(0, 3).toSorted(), ids.slice(0, 3));
  t.false(isRowId(idOf(1)));
});

test('the ids of a stream are the same however many others were asked for meanwhile, and follow from the hash', (t) => {
  const streams = Array.from({ length: 1500 }, (_, index) => `orders-${index}`);
  const first = streams.map((stream) => rowIds(sha256, stream)(1));
  const again = streams.map((stream) => rowIds(sha256, stream)(1));
  t.is(new Set(first).size, streams.length);
  t.deepEqual(again, first);
  t.is(rowIds(() => '0123456789abcdef'.repeat(4), 'orders-0')(1), '01234567-89ab-8cde-b012-000000000001');
});
