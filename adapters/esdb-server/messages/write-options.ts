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

const unreadable = (field: number): never => {
  throw new RangeError(`the field ${field} of the options of a write is of another kind`);
};

/** What is to be done to a log is not guessed: here a field of another kind is refused. */
const bytesOf = (field: number, value: number | Buffer): Buffer =>
  typeof value === 'number' ? unreadable(field) : value;

const numberOf = (field: number, value: number | Buffer): number =>
  typeof value === 'number' ? value : unreadable(field);

/** `Empty`, or a message that says no more by being there; its fields are passed over. */
const mark = (field: number, value: number | Buffer): void =>
  forEachField(bytesOf(field, value), () => undefined);

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

/** `google.protobuf.Timestamp`, in milliseconds. */
const readTime = (bytes: Buffer): number => {
  let [seconds, nanos] = [0, 0];
  forEachField(
    bytes,
    (field, value) => {
      if (field === 1) seconds = signed(numberOf(field, value));
      else if (field === 2) nanos = signed(numberOf(field, value));
    },
    (field) => field <= 2 && unreadable(field),
  );
  return seconds * 1000 + nanos / 1e6;
};

/**
 * The generated classes take as long for these as for the rest of a small append. Throws what `read` refuses.
 * `expected` is revision 0 where nothing is said, as those have it.
 */
export const readWriteOptions = (bytes: Buffer): WriteOptions => {
  let stream = none;
  let expected: ClientExpectation = 0;
  let deadline: number | undefined;
  const read = (field: number, value: number | Buffer): void => {
    if (field === 1) stream = readName(bytesOf(field, value));
    else if (field === 2) expected = numberOf(field, value);
    else if (field === 6) deadline = readTime(bytesOf(field, value));
    else if (field >= 3 && field <= 5) {
      mark(field, value);
      expected = field === 3 ? 'no-stream' : field === 4 ? 'any' : 'stream-exists';
    }
  };
  forEachField(bytes, read, (field) => field <= 6 && unreadable(field));
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
