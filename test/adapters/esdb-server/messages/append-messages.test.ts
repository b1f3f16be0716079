import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import test from 'ava';
import fc from 'fast-check';
import { appendMessage, batchMessage } from '../../../../adapters/esdb-server/messages/append-messages.ts';
import { eventOf } from '../../../../adapters/esdb-server/messages/append-request.ts';
import { uuidIn } from '../../../../adapters/esdb-server/messages/identifier.ts';
import { must } from '../../../support/must.ts';

type Sent = { readonly type: string; readonly data: Uint8Array; readonly metadata: Uint8Array };

const idOf = (text: string) => {
  const id = new shared.UUID();
  id.setString(text);
  return id;
};

/** As the official client fills it. */
const fill = <Message extends InstanceType<typeof streams.AppendReq.ProposedMessage>>(
  message: Message,
  id: string,
  { type, data, metadata }: Sent,
): Message => {
  message.setId(idOf(id));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setData(data);
  message.setCustomMetadata(metadata);
  return message;
};

const bytesOf = (content: string | Uint8Array): Uint8Array => new Uint8Array(Buffer.from(content as string));

const sent = fc.record({
  type: fc.string({ minLength: 1, unit: 'grapheme' }),
  data: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary' }).map((text) => new Uint8Array(Buffer.from(text))),
  ),
  metadata: fc.uint8Array({ maxLength: 20 }),
});

test('of a chunk that the official classes wrote, every event is read as it was sent', (t) => {
  fc.assert(
    fc.property(fc.array(sent), fc.boolean(), (events, isFinal) => {
      const request = new streams.BatchAppendReq();
      const correlation = randomUUID();
      request.setCorrelationId(idOf(correlation));
      request.setIsFinal(isFinal);
      const ids = events.map(() => randomUUID());
      for (const [index, event] of events.entries()) {
        const message = new streams.BatchAppendReq.ProposedMessage();
        request.addProposedMessages(fill(message as never, ids[index] ?? '', event));
      }
      const read = batchMessage.deserializeBinary(Buffer.from(request.serializeBinary()));
      t.is(must(uuidIn(read.correlation)), correlation);
      t.is(read.isFinal, isFinal);
      t.is(read.options, undefined);
      const got = read.proposed.map((one) => must(eventOf(one)).event);
      t.deepEqual(
        got.map(({ id, type, data, metadata }) => [id, type, bytesOf(data), bytesOf(metadata)]),
        events.map(({ type, data, metadata }, index) => [ids[index], type, data, metadata]),
      );
    }),
  );
});

test('Append has its options or an event in a message, and ids in two halves are taken as well', (t) => {
  const options = new streams.AppendReq.Options();
  options.setRevision('7');
  const first = new streams.AppendReq();
  first.setOptions(options);
  t.is(appendMessage.deserializeBinary(Buffer.from(first.serializeBinary())).options?.expected, 7);
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits('-1');
  halves.setLeastSignificantBits('1');
  const id = new shared.UUID();
  id.setStructured(halves);
  const message = new streams.AppendReq.ProposedMessage();
  message.setId(id);
  message.getMetadataMap().set('type', 'X');
  const second = new streams.AppendReq();
  second.setProposedMessage(message);
  const { proposed } = appendMessage.deserializeBinary(Buffer.from(second.serializeBinary()));
  t.deepEqual(proposed && must(eventOf(proposed)).event, {
    id: 'ffffffff-ffff-ffff-0000-000000000001',
    type: 'X',
    contentType: 'application/octet-stream',
    data: '',
    metadata: '',
  });
});

test('what is kept of an event does not keep the message that it came in', (t) => {
  const message = new streams.BatchAppendReq.ProposedMessage();
  fill(message as never, randomUUID(), {
    type: 'X',
    data: Uint8Array.of(0xff),
    metadata: new Uint8Array(),
  });
  const request = new streams.BatchAppendReq();
  request.addProposedMessages(message);
  const bytes = Buffer.concat([request.serializeBinary(), Buffer.alloc(100_000, '\x9a\x01\x00', 'latin1')]);
  const [proposed] = batchMessage.deserializeBinary(bytes.subarray(0, bytes.length - 1)).proposed;
  const data = proposed && must(eventOf(proposed)).event.data;
  t.true(data instanceof Uint8Array && data.buffer !== bytes.buffer);
});
