import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { framed } from './raw-call.ts';

/* Framed requests, for what no official client does. */

export const subscribeToAll = (): Buffer => {
  const options = new streams.ReadReq.Options();
  const all = new streams.ReadReq.Options.AllOptions();
  all.setStart(new shared.Empty());
  options.setAll(all);
  options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  options.setNoFilter(new shared.Empty());
  const request = new streams.ReadReq();
  request.setOptions(options);
  return framed(request.serializeBinary());
};

export const readingOfAll = (): Buffer => {
  const options = new streams.ReadReq.Options();
  options.setAll(new streams.ReadReq.Options.AllOptions().setStart(new shared.Empty()));
  options.setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
  options.setCount('100000');
  options.setNoFilter(new shared.Empty());
  return framed(new streams.ReadReq().setOptions(options).serializeBinary());
};

const named = (stream: string) => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream).toString('base64'));
  return identifier;
};

/** Of Streams/Append: that it is for this stream, at any revision. */
export const appendTo = (stream: string): Buffer => {
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(named(stream));
  options.setAny(new shared.Empty());
  const request = new streams.AppendReq();
  request.setOptions(options);
  return framed(request.serializeBinary());
};

/** Of Streams/Append: one event; `type`: none when it is empty. */
export const proposed = (id: string, data: string, type = 'Noted'): Buffer => {
  const message = new streams.AppendReq.ProposedMessage();
  const uuid = new shared.UUID();
  uuid.setString(id);
  message.setId(uuid);
  const map = message.getMetadataMap().set('content-type', 'application/octet-stream');
  if (type !== '') map.set('type', type);
  message.setData(Buffer.from(data));
  const request = new streams.AppendReq();
  request.setProposedMessage(message);
  return framed(request.serializeBinary());
};

const uuid = () => {
  const id = new shared.UUID();
  id.setString(randomUUID());
  return id;
};

/** Of Streams/BatchAppend: an append of so many events to this stream, at any revision; whole, or for more chunks to follow. */
export const batch = (stream: string, events: number, { final = true, data = '' } = {}): Buffer => {
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(named(stream));
  options.setAny(new shared.Empty());
  const request = new streams.BatchAppendReq();
  request.setCorrelationId(uuid());
  request.setOptions(options);
  for (let event = 0; event < events; event += 1) {
    const message = new streams.BatchAppendReq.ProposedMessage();
    message.setId(uuid());
    message.getMetadataMap().set('type', 'Noted').set('content-type', 'application/octet-stream');
    message.setData(Buffer.from(data));
    request.addProposedMessages(message);
  }
  request.setIsFinal(final);
  return framed(request.serializeBinary());
};
