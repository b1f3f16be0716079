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

test('of a request without options, and of bytes that are no message, nothing is made up', (t) => {
  t.is(deletionMessage.deserializeBinary(Buffer.alloc(0)), undefined);
  t.throws(() => readWriteOptions(Buffer.from([0x0a, 9])), { instanceOf: RangeError });
});

const ofAnotherKind: Readonly<Record<string, ReadonlyArray<number>>> = {
  'a stream that is a number': [0x08, 1],
  'a revision that is a text': [0x12, 1, 0x41],
  'a revision of eight bytes': [0x11, 1, 0, 0, 0, 0, 0, 0, 0],
  'a revision of four bytes': [0x15, 1, 0, 0, 0],
  '"no stream" that is a number': [0x18, 1],
  '"any" that is a number': [0x20, 1],
  '"stream exists" that is a number': [0x28, 1],
  '"any" that is no message': [0x22, 1, 0x80],
  'a deadline that is a number': [0x30, 1],
  'a deadline whose seconds are a text': [0x32, 3, 0x0a, 1, 0x41],
};

for (const [what, bytes] of Object.entries(ofAnotherKind)) {
  test(`refused in the options of a write: ${what}`, (t) => {
    t.throws(() => readWriteOptions(Buffer.from(bytes)), { instanceOf: RangeError });
  });
}

test('of a number that is said twice the last one counts, also in a deadline', (t) => {
  t.is(readWriteOptions(Buffer.from([0x10, 1, 0x10, 7])).expected, 7);
  t.is(readWriteOptions(Buffer.from([0x32, 4, 0x08, 1, 0x08, 2])).deadline, 2000);
});
