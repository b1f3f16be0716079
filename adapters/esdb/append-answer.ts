import streams, { type AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { stampedFields } from '../../domain/esdb/append-stamped.ts';
import type { ClientAppended } from '../../domain/port/client-log.ts';
import { forEachSpan } from '../protobuf/fields.ts';

/** The answer to an append, and what evio-ledger says beside it of events that it wrote now. */
export type AppendAnswer = {
  readonly answer: AppendResp;
  readonly written: ClientAppended['written'] | undefined;
};

/** Throws where the bytes are no message. */
export const readAppendAnswer = (bytes: Buffer): AppendAnswer => {
  let [recordedAt, hash] = ['', ''];
  forEachSpan(bytes, 0, bytes.length, (field, value, end) => {
    if (end === -1) return;
    if (field === stampedFields.recordedAt) recordedAt = bytes.toString('utf8', value, end);
    else if (field === stampedFields.hash) hash = bytes.toString('utf8', value, end);
  });
  return {
    answer: streams.AppendResp.deserializeBinary(new Uint8Array(bytes)),
    written: recordedAt === '' || hash === '' ? undefined : { recordedAt, hash },
  };
};
