import type { ClientExpectation } from '../../../domain/port/client-log.ts';
import { forEachField } from '../../protobuf/fields.ts';

/** The options of a write as they stand in a request: all writes have the same fields (streams.proto). */
export type WriteOptions = {
  /** The stream's name; empty when there is none. */
  readonly stream: Buffer;
  readonly expected: ClientExpectation;
  /** Milliseconds since 1970; BatchAppend's alone. */
  readonly deadline: number | undefined;
};

const none: Buffer = Buffer.alloc(0);

/** The bytes of a field that has some; of another kind it is as if it were not there. */
export const within = (value: number | Buffer): Buffer => (typeof value === 'number' ? none : value);

/** `StreamIdentifier`. */
const readName = (bytes: Buffer): Buffer => {
  let name = none;
  forEachField(bytes, (field, value) => {
    if (field === 3) name = within(value);
  });
  return name;
};

/** A varint of 64 bits with a sign, which below 0 is about right. */
const signed = (value: number): number => (value >= 2 ** 63 ? value - 2 ** 64 : value);

/** `google.protobuf.Timestamp`. */
const readTime = (bytes: Buffer): number => {
  let milliseconds = 0;
  forEachField(bytes, (field, value) => {
    if (typeof value !== 'number') return;
    if (field === 1) milliseconds += signed(value) * 1000;
    else if (field === 2) milliseconds += signed(value) / 1e6;
  });
  return milliseconds;
};

/**
 * The generated classes take as long for these as for the rest of a small append. Throws what `read` refuses.
 * `expected` is revision 0 where nothing is said, as those have it.
 */
export const readWriteOptions = (bytes: Buffer): WriteOptions => {
  let stream = none;
  let expected: ClientExpectation = 0;
  let deadline: number | undefined;
  forEachField(bytes, (field, value) => {
    if (field === 1) stream = readName(within(value));
    else if (field === 2 && typeof value === 'number') expected = value;
    else if (field === 3) expected = 'no-stream';
    else if (field === 4) expected = 'any';
    else if (field === 5) expected = 'stream-exists';
    else if (field === 6) deadline = readTime(within(value));
  });
  return { stream, expected, deadline };
};

/** DeleteReq and TombstoneReq. */
export const deletionMessage = {
  deserializeBinary: (bytes: Buffer): WriteOptions | undefined => {
    let options: WriteOptions | undefined;
    forEachField(bytes, (field, value) => {
      if (field === 1) options = readWriteOptions(within(value));
    });
    return options;
  },
};
