import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { wireMetadata } from '../../domain/esdb/ledger-event.ts';
import type { Append, EventToAppend } from '../../domain/port/event-store.ts';
import { streamIdentifier } from './read-request.ts';

const proposed = ({ id, type, payload, metadata, hash }: EventToAppend) => {
  const message = new streams.AppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(id))
    .setData(Uint8Array.from(Buffer.from(payload)))
    .setCustomMetadata(Uint8Array.from(Buffer.from(wireMetadata(metadata, hash))));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  return new streams.AppendReq().setProposedMessage(message);
};

/** An append as the wire has it: first where to, then event by event. */
export const appendMessages = ({
  stream,
  expectedRevision,
  events,
}: Append): ReadonlyArray<InstanceType<typeof streams.AppendReq>> => {
  const options = new streams.AppendReq.Options().setStreamIdentifier(streamIdentifier(stream));
  if (expectedRevision === 'no-stream') options.setNoStream(new shared.Empty());
  else options.setRevision(String(expectedRevision));
  return [new streams.AppendReq().setOptions(options), ...events.map(proposed)];
};
