import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

/*
 * Readings are read by the classes that the official client was generated with. They register themselves on the global object, so a process has
 * one set of them: whoever loads another client's breaks both. Answers are written by ../protobuf/writer.ts, at a tenth of the cost, and
 * writes are read by ./append-messages.ts and ./write-options.ts.
 */
export const { ReadReq } = streams;
export const { UUID } = shared;
