import test from 'ava';
import fc from 'fast-check';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import {
  type ClientPayload,
  decodeClientPayload,
  encodeClientPayload,
} from '../../../domain/esdb/client-payload.ts';
import type { Content } from '../../../domain/port/client-log.ts';
import { idOf } from './scene.ts';

const bytesOf = (content: Content | undefined): Buffer => Buffer.from(content as Uint8Array);

const anything = fc.record({
  id: fc.constant(idOf(1)),
  contentType: fc.string({ unit: 'binary' }),
  data: fc.uint8Array({ maxLength: 40 }),
  metadata: fc.uint8Array({ maxLength: 40 }),
});

test('whatever bytes a client sends are kept, byte for byte', (t) => {
  fc.assert(
    fc.property(anything, (sent: ClientPayload) => {
      const kept = decodeClientPayload(encodeClientPayload(sent));
      t.deepEqual(
        { ...kept, data: bytesOf(kept?.data), metadata: bytesOf(kept?.metadata) },
        { ...sent, data: bytesOf(sent.data), metadata: bytesOf(sent.metadata) },
      );
    }),
  );
});

test('what is UTF-8 is kept as text, and given back as text', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (data, metadata) => {
      const sent = { id: idOf(1), contentType: 'application/json', data, metadata };
      const bytes = { ...sent, data: Buffer.from(data), metadata: Buffer.from(metadata) };
      t.is(encodeClientPayload(bytes), encodeClientPayload(sent));
      t.deepEqual(decodeClientPayload(encodeClientPayload(bytes)), sent);
    }),
  );
});

test('what is kept is canonical JSON', (t) => {
  fc.assert(
    fc.property(anything, (sent) => {
      const payload = encodeClientPayload(sent);
      t.is(canonicalJson(JSON.parse(payload)), payload);
    }),
  );
});

test('a byte order mark, and bytes that are not UTF-8, are told apart', (t) => {
  const mark = new Uint8Array([0xef, 0xbb, 0xbf, 0x7b]);
  const broken = new Uint8Array([0xef, 0xbb]);
  const payload = encodeClientPayload({ id: idOf(1), contentType: 'x', data: mark, metadata: broken });
  t.is(payload, `{"contentType":"x","data":"\ufeff{","id":"${idOf(1)}","metadata64":"77s="}`);
});

test('a payload of another kind is no client’s event', (t) => {
  for (const payload of [
    '{"schema":1}',
    '[]',
    '{"contentType":"x","id":"y","data64":"!"}',
    'no JSON',
    'null',
  ])
    t.is(decodeClientPayload(payload), undefined);
});
