import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import test from 'ava';
import { readAnswer, readAnswers } from '../../../adapters/esdb/read-answer.ts';

const { Checkpoint, ReadEvent, SubscriptionConfirmation } = streams.ReadResp;

const recorded = (id: string, data: Uint8Array) => {
  const event = new ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('ströme')))
    .setStreamRevision('7')
    .setPreparePosition('11')
    .setCommitPosition('12')
    .setCustomMetadata(Buffer.from('{"a":1}'))
    .setData(data);
  event
    .getMetadataMap()
    .set('created', '17636832000010000')
    .set('type', 'PodAdded')
    .set('content-type', 'application/json');
  return event;
};

const bytesOf = (answer: InstanceType<typeof streams.ReadResp>) => Buffer.from(answer.serializeBinary());

const ofEvent = (data: Uint8Array) =>
  bytesOf(
    new streams.ReadResp().setEvent(
      new ReadEvent().setEvent(recorded('one', data)).setLink(recorded('link', data)).setCommitPosition('13'),
    ),
  );

const read = {
  stream: 'ströme',
  revision: 7,
  position: 12,
  recordedAt: '2025-11-21T00:00:00.001Z',
  id: 'one',
  type: 'PodAdded',
  contentType: 'application/json',
  metadata: '{"a":1}',
};

test('an event is read as it was written, and not the link that led to it', (t) => {
  t.deepEqual(readAnswer(ofEvent(Buffer.from('{"é":"ü"}'))), {
    event: { ...read, data: '{"é":"ü"}' },
    checkpoint: undefined,
  });
});

test('bytes that are no text stay bytes', (t) => {
  const { event } = readAnswer(ofEvent(Buffer.from([0xc3, 0x28])));
  t.deepEqual(event, { ...read, data: Buffer.from([0xc3, 0x28]) });
});

test('the character that stands for unreadable bytes is text where it was written', (t) => {
  const { event } = readAnswer(ofEvent(Buffer.from('{"a":"\ufffd"}')));
  t.deepEqual(event, { ...read, data: '{"a":"\ufffd"}' });
});

test('a text that came before is not taken for another one', (t) => {
  const named = (type: string): string | undefined => {
    const event = recorded('one', Buffer.from('{}'));
    event.getMetadataMap().set('type', type);
    return readAnswer(bytesOf(new streams.ReadResp().setEvent(new ReadEvent().setEvent(event)))).event?.type;
  };
  // Of equal length, and their bytes add up to the same.
  const alike = ['Aa', 'BB', 'Aa', 'AaAa', 'BBBB', 'AaBB'];
  const long = ['x'.repeat(64), 'x'.repeat(65), 'é'.repeat(32), `${'x'.repeat(63)}y`];
  for (const type of [...alike, ...long, ...alike, ...long, '']) t.is(named(type), type);
});

test('a checkpoint says its commit position, and what else there is says nothing', (t) => {
  const checkpoint = new Checkpoint().setCommitPosition('9007199254740991').setPreparePosition('5');
  t.deepEqual(readAnswer(bytesOf(new streams.ReadResp().setCheckpoint(checkpoint))), {
    event: undefined,
    checkpoint: Number.MAX_SAFE_INTEGER,
  });
  const confirmation = new SubscriptionConfirmation().setSubscriptionId('a');
  t.deepEqual(readAnswer(bytesOf(new streams.ReadResp().setConfirmation(confirmation))), {
    event: undefined,
    checkpoint: undefined,
  });
});

test('bytes that are no message are refused', (t) => {
  t.throws(() => readAnswer(ofEvent(Buffer.from('{}')).subarray(0, -1)), { instanceOf: RangeError });
});

const framed = (bytes: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};

test('messages that came together are read one by one', (t) => {
  const messages = ['{}', '{"a":1}', ''].map((data) => ofEvent(Buffer.from(data)));
  t.deepEqual(
    readAnswers(Buffer.concat(messages.map(framed))),
    messages.map((bytes) => readAnswer(bytes)),
  );
  t.deepEqual(readAnswers(Buffer.alloc(0)), []);
});

test('what ends within a message, or is compressed, holds none', (t) => {
  const whole = framed(ofEvent(Buffer.from('{}')));
  const compressed = Buffer.from(whole);
  compressed[0] = 1;
  for (const bytes of [whole.subarray(0, -1), whole.subarray(0, 3), compressed])
    t.throws(() => readAnswers(bytes), { instanceOf: RangeError });
});
