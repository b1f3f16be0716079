import { readFileSync } from 'node:fs';
import test from 'ava';
import { clientEnvelope } from '../../../domain/esdb/client-envelope.ts';
import { readEvent } from '../../../domain/esdb/read-event.ts';
import { rowId } from '../../../domain/esdb/row-id.ts';
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

test('the id in the log is a UUID of version 8 that stream, id and repetition make', (t) => {
  const ids = [
    rowId(sha256, 'orders', idOf(1)),
    rowId(sha256, 'orders', idOf(2)),
    rowId(sha256, 'bills', idOf(1)),
    rowId(sha256, 'orders', idOf(1), 1),
    rowId(sha256, 'orders', idOf(1), 2),
  ];
  t.is(new Set(ids).size, ids.length);
  for (const id of ids) t.regex(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  t.is(ids[0] ?? '', rowId(sha256, 'orders', idOf(1)));
});
