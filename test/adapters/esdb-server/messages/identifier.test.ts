import shared from '@eventstore/db-client/generated/shared_pb.js';
import test from 'ava';
import fc from 'fast-check';
import { streamName, uuidOf } from '../../../../adapters/esdb-server/messages/identifier.ts';
import { writeId } from '../../../../adapters/esdb-server/messages/read-answer.ts';
import { makeWriter } from '../../../../adapters/esdb-server/protobuf/writer.ts';
import { must } from '../../../support/must.ts';

test('an id is the same, as text and in halves', (t) => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom('text', 'halves'), (id, form) => {
      const writer = makeWriter();
      writeId(writer, id, form);
      t.is(must(uuidOf(shared.UUID.deserializeBinary(writer.written()))), id);
    }),
  );
});

test('a stream is named in UTF-8, and not with nothing', (t) => {
  t.is(must(streamName(Buffer.from('möbel'))), 'möbel');
  t.is(must(streamName(Buffer.from('\ufeffx'))), '\ufeffx');
  t.is(must(streamName(new Uint8Array(Buffer.from('..möbel..')).subarray(2, 8))), 'möbel');
  t.like(streamName(Buffer.from([0xff])), { _tag: 'Left', left: { code: 3 } });
  t.like(streamName(Buffer.alloc(0)), { _tag: 'Left', left: { code: 3 } });
});
