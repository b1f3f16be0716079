import streams from '@eventstore/db-client/generated/streams_pb.js';
import test from 'ava';
import fc from 'fast-check';
import {
  deletionMessage,
  readWriteOptions,
} from '../../../../adapters/esdb-server/messages/write-options.ts';
import { makeWriter } from '../../../../adapters/esdb-server/protobuf/writer.ts';

const meant = fc.record({
  name: fc.uint8Array({ maxLength: 300 }),
  expected: fc.oneof(fc.constantFrom(3, 4, 5), fc.record({ revision: fc.maxSafeNat() })),
  deadline: fc.option(fc.record({ seconds: fc.nat(), nanos: fc.nat(999_999_999) })),
});

type Meant = typeof meant extends fc.Arbitrary<infer A> ? A : never;

const written = ({ name, expected, deadline }: Meant): Buffer => {
  const writer = makeWriter();
  if (deadline !== null)
    writer.message(6, () => {
      writer.number(2, deadline.nanos);
      writer.number(1, deadline.seconds);
    });
  if (typeof expected === 'number') writer.empty(expected);
  else writer.number(2, expected.revision);
  writer.message(1, () => writer.bytes(3, name));
  return writer.written();
};

const expectedBy = (options: InstanceType<typeof streams.BatchAppendReq.Options>) => {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  return options.hasStreamExists() ? 'stream-exists' : Number(options.getStreamPosition());
};

test('the options of every write are read as the official classes read them', (t) => {
  fc.assert(
    fc.property(meant, (wanted) => {
      const bytes = written(wanted);
      const official = streams.BatchAppendReq.Options.deserializeBinary(bytes);
      const read = readWriteOptions(bytes);
      t.deepEqual(new Uint8Array(read.stream), official.getStreamIdentifier()?.getStreamName_asU8());
      t.is(read.expected, expectedBy(official));
      t.is(read.deadline && Math.trunc(read.deadline), official.getDeadline()?.toDate().getTime());
      const request = makeWriter();
      request.bytes(1, bytes);
      t.deepEqual(deletionMessage.deserializeBinary(request.written()), read);
    }),
  );
});

test('of fields of another kind, of a request without options and of bytes that are no message nothing is made up', (t) => {
  t.deepEqual(readWriteOptions(Buffer.from([0x08, 1, 0x12, 1, 0x41, 0x30, 1])), {
    stream: Buffer.alloc(0),
    expected: 0,
    deadline: 0,
  });
  t.is(deletionMessage.deserializeBinary(Buffer.alloc(0)), undefined);
  t.throws(() => readWriteOptions(Buffer.from([0x0a, 9])), { instanceOf: RangeError });
});
