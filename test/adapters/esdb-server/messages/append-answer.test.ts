import streams from '@eventstore/db-client/generated/streams_pb.js';
import test from 'ava';
import { conflictAnswer } from '../../../../adapters/esdb-server/messages/append-answer.ts';
import type { ClientExpectation } from '../../../../domain/port/client-log.ts';
import type { ExpectedRevision } from '../../../../domain/port/event-store.ts';

/** What clients read of it: those of version 20.6, and those after. */
const read = (expected: ClientExpectation, actual: ExpectedRevision) => {
  const answer = conflictAnswer({ type: 'conflict', stream: 'a', expected, actual });
  const object = streams.AppendResp.deserializeBinary(answer.subarray(5)).toObject().wrongExpectedVersion;
  return Object.fromEntries(
    Object.entries(object ?? {}).filter(([, value]) => value !== undefined && value !== 0 && value !== '0'),
  );
};

test('a wrong expected version says what was expected and what is, to clients old and new', (t) => {
  t.deepEqual(read(7, 300), {
    currentRevision2060: 300,
    expectedRevision2060: 7,
    currentRevision: '300',
    expectedRevision: '7',
  });
  t.deepEqual(read(5, 'no-stream'), {
    noStream2060: {},
    expectedRevision2060: 5,
    currentNoStream: {},
    expectedRevision: '5',
  });
  t.deepEqual(read('any', 4), {
    currentRevision2060: 4,
    any2060: {},
    currentRevision: '4',
    expectedAny: {},
  });
  t.deepEqual(read('stream-exists', 'no-stream'), {
    noStream2060: {},
    streamExists2060: {},
    currentNoStream: {},
    expectedStreamExists: {},
  });
  // Version 20.6 had no way to say that no stream was expected.
  t.deepEqual(read('no-stream', 4), { currentRevision2060: 4, currentRevision: '4', expectedNoStream: {} });
});
