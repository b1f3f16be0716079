import generated from '@eventstore/db-client/generated/streams_pb.js';
import test from 'ava';
import fc from 'fast-check';
import { writeRead } from '../../../../adapters/esdb-server/messages/read-answer.ts';
import { makeWriter } from '../../../../adapters/esdb-server/protobuf/writer.ts';
import type { ClientEventRead } from '../../../../domain/port/client-log.ts';

const { ReadResp } = generated;

const content = fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 300 }));
const number = fc.oneof(fc.nat(300), fc.maxSafeNat());
const event: fc.Arbitrary<ClientEventRead> = fc.record({
  id: fc.uuid(),
  stream: fc.string({ minLength: 1, unit: 'grapheme' }),
  type: fc.string({ minLength: 1, unit: 'grapheme' }),
  contentType: fc.constantFrom('application/json', 'application/octet-stream'),
  data: content,
  metadata: content,
  revision: number,
  position: number,
  recordedAt: fc
    .date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
});

test('the generated reader finds in every event what was written', (t) => {
  fc.assert(
    fc.property(event, fc.constantFrom('text', 'halves'), (written, ids) => {
      // So little room that it has to grow.
      const writer = makeWriter(8);
      writeRead(writer, { event: written }, ids);
      const answer = ReadResp.deserializeBinary(writer.written());
      const read = answer.getEvent()?.getEvent();
      const map = read?.getMetadataMap();
      t.deepEqual(
        {
          stream: Buffer.from(read?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
          type: map?.get('type'),
          contentType: map?.get('content-type'),
          created: BigInt(map?.get('created') ?? -1),
          revision: read?.getStreamRevision(),
          position: [
            read?.getCommitPosition(),
            read?.getPreparePosition(),
            answer.getEvent()?.getCommitPosition(),
          ],
          data: [...(read?.getData_asU8() ?? [])],
          metadata: [...(read?.getCustomMetadata_asU8() ?? [])],
        },
        {
          stream: written.stream,
          type: written.type,
          contentType: written.contentType,
          created: BigInt(Date.parse(written.recordedAt)) * 10_000n,
          revision: String(written.revision),
          position: Array(3).fill(String(written.position)),
          data: [...Buffer.from(written.data)],
          metadata: [...Buffer.from(written.metadata)],
        },
      );
      const halves = read?.getId()?.getStructured();
      const bits = (text: string): string => BigInt.asUintN(64, BigInt(text)).toString(16).padStart(16, '0');
      t.is(
        halves === undefined
          ? read?.getId()?.getString()
          : bits(halves.getMostSignificantBits()) + bits(halves.getLeastSignificantBits()),
        ids === 'text' ? written.id : written.id.replaceAll('-', ''),
      );
    }),
  );
});

test('several framed messages stand in the order in which they are read', (t) => {
  const writer = makeWriter(1);
  for (const text of ['third', 'second', 'first']) writer.framed(() => writer.text(1, text));
  t.is(
    writer.written().toString('latin1'),
    ['first', 'second', 'third']
      .map(
        (text) =>
          `\0\0\0\0${String.fromCharCode(text.length + 2)}\n${String.fromCharCode(text.length)}${text}`,
      )
      .join(''),
  );
});
