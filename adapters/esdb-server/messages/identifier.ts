import { isUtf8 } from 'node:buffer';
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import { either as E } from 'fp-ts';
import { shown } from '../../../domain/shown.ts';
import { type GrpcStatus, refusedAs } from '../grpc/status.ts';
import { UUID as UuidMessage } from './generated.ts';
import { read } from './read.ts';

const invalid = (reason: string): GrpcStatus => refusedAs('invalidArgument', reason);

/** Bytes of the name of a stream, or of a type. */
export const longestName = 1024;

/** A stream's name. */
export const streamName = (bytes: Uint8Array): E.Either<GrpcStatus, string> => {
  if (bytes.length === 0) return E.left(invalid('the stream has no name: give stream_identifier'));
  if (bytes.length > longestName)
    return E.left(
      invalid(`the name of the stream has ${bytes.length} bytes: give it one of at most ${longestName}`),
    );
  // A byte order mark is a character of the name like any other.
  return isUtf8(bytes)
    ? E.right(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())
    : E.left(invalid('the name of the stream is not UTF-8'));
};

const uuidText = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;

const halfOf = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');

/** A UUID in lower case, from its text or its two halves. */
export const uuidOf = (uuid: UUID | undefined): E.Either<GrpcStatus, string> => {
  const halves = uuid?.getStructured();
  if (halves !== undefined) {
    const hex = halfOf(halves.getMostSignificantBits()) + halfOf(halves.getLeastSignificantBits());
    return E.right(hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
  }
  const text = (uuid?.getString() ?? '').toLowerCase();
  return uuidText.test(text) ? E.right(text) : E.left(invalid(`the id ${shown(text)} is no UUID`));
};

/** The tag and the length before the 36 characters of a UUID's text. */
const textHead = 0x1224;

/** A UUID in lower case, from the bytes of its message. */
export const uuidIn = (bytes: Buffer): E.Either<GrpcStatus, string> => {
  // Nearly all of them, without an object made.
  if (bytes.length === 38 && bytes.readUInt16BE(0) === textHead) {
    const text = bytes.toString('latin1', 2);
    if (uuidText.test(text)) return E.right(text);
  }
  return E.flatMap(uuidOf)(read(UuidMessage, bytes));
};
