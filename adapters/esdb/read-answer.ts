import { isUtf8 } from 'node:buffer';
import { readLogFields } from '../../domain/esdb/read-together.ts';
import type { ClientEventRead, Content } from '../../domain/port/client-log.ts';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import { forEachSpan } from '../protobuf/fields.ts';

/*
 * The messages of a reading (ReadResp in streams.proto), read without the client's generated classes: those make objects, arrays and maps of
 * each event, which was a quarter of what a follower's processor did.
 */

/** What a message of a reading says, as far as somebody here asks for it. */
export type ReadAnswer = {
  /** Links are not followed. */
  readonly event: ClientEventRead | undefined;
  /** Up to this position all was looked at. */
  readonly checkpoint: number | undefined;
  /** Which log is read, where the server says so. */
  readonly log?: LogIdentity;
};

const framePrefix = 5;

/*
 * Each reads the message that lies in `bytes` from one place to another. Of a field that is of another kind than it should be nothing is read:
 * an end of −1 is that of a number.
 */

const textAt = (bytes: Buffer, from: number, end: number): string =>
  end === -1 ? '' : bytes.toString('utf8', from, end);

/** Texts that came lately, by what their bytes add up to. */
const lately: Array<{ readonly bytes: Uint8Array; readonly text: string } | undefined> = [];

const longestKept = 64;
const keptAtMost = 256;

/** The same of a text that comes with nearly every event: of its stream, its type, a key. One that came before is not made anew. */
const repeatedAt = (bytes: Buffer, from: number, end: number): string => {
  const length = end - from;
  if (end === -1 || length > longestKept) return textAt(bytes, from, end);
  let sum = length;
  for (let at = from; at < end; at += 1) sum = (Math.imul(sum, 31) + (bytes[at] ?? 0)) | 0;
  const place = (sum ^ (sum >>> 8)) & (keptAtMost - 1);
  const known = lately[place];
  if (known?.bytes.length === length) {
    let same = 0;
    while (same < length && known.bytes[same] === bytes[from + same]) same += 1;
    if (same === length) return known.text;
  }
  const text = textAt(bytes, from, end);
  lately[place] = { bytes: Uint8Array.prototype.slice.call(bytes, from, end), text };
  return text;
};

const amount = (value: number, end: number): number => (end === -1 ? value : 0);

const contentAt = (bytes: Buffer, from: number, end: number): Content => {
  const text = textAt(bytes, from, end);
  // What takes the place of bytes that are no text may be text as well.
  return text.includes('\ufffd') && !isUtf8(bytes.subarray(from, end)) ? bytes.subarray(from, end) : text;
};

let lastStamp: { readonly ticks: string; readonly stamp: string } | undefined;

/** Ticks are tenths of a microsecond since 1970; the events of an append have the same. */
const stampOf = (ticks: string): string => {
  if (ticks === lastStamp?.ticks) return lastStamp.stamp;
  const stamp = new Date(Number(ticks.slice(0, -4))).toISOString();
  lastStamp = { ticks, stamp };
  return stamp;
};

/** The last field of this number, as text. */
const textIn = (bytes: Buffer, from: number, to: number, wanted: number, read = textAt): string => {
  let text = '';
  forEachSpan(bytes, from, to, (field, value, end) => {
    if (field === wanted) text = read(bytes, value, end);
  });
  return text;
};

/** An entry of a map, both of it texts. */
const entryIn = (bytes: Buffer, from: number, to: number): readonly [key: string, value: string] => {
  let [key, said] = ['', ''];
  forEachSpan(bytes, from, to, (field, value, end) => {
    if (field === 1) key = repeatedAt(bytes, value, end);
    else if (field === 2) said = repeatedAt(bytes, value, end);
  });
  return [key, said];
};

/** `RecordedEvent`. Its id is asked for as text (`read-request.ts`). */
const recordedIn = (bytes: Buffer, from: number, to: number): ClientEventRead => {
  let [id, stream, created, type, contentType] = ['', '', '', '', ''];
  let [revision, position] = [0, 0];
  let data: Content = '';
  let metadata: Content = '';
  const describe = ([key, said]: readonly [string, string]): void => {
    if (key === 'created') created = said;
    else if (key === 'type') type = said;
    else if (key === 'content-type') contentType = said;
  };
  forEachSpan(bytes, from, to, (field, value, end) => {
    const upTo = end === -1 ? value : end;
    if (field === 1) id = textIn(bytes, value, upTo, 2);
    else if (field === 2) stream = textIn(bytes, value, upTo, 3, repeatedAt);
    else if (field === 3) revision = amount(value, end);
    else if (field === 5) position = amount(value, end);
    else if (field === 6) describe(entryIn(bytes, value, upTo));
    else if (field === 7) metadata = contentAt(bytes, value, end);
    else if (field === 8) data = contentAt(bytes, value, end);
  });
  const recordedAt = stampOf(created);
  return { stream, revision, position, id, recordedAt, type, contentType, data, metadata };
};

/** `ReadEvent`: the event, and not the link that led to it. */
const eventIn = (bytes: Buffer, from: number, to: number): ClientEventRead | undefined => {
  let event: ClientEventRead | undefined;
  forEachSpan(bytes, from, to, (field, value, end) => {
    if (field === 1) event = recordedIn(bytes, value, end === -1 ? value : end);
  });
  return event;
};

/** `Checkpoint`: its commit position, 0 when it is not said. */
const checkpointIn = (bytes: Buffer, from: number, to: number): number => {
  let position = 0;
  forEachSpan(bytes, from, to, (field, value, end) => {
    if (field === 1) position = amount(value, end);
  });
  return position;
};

const logIn = (bytes: Buffer, from: number, to: number): LogIdentity => {
  let [logId, epoch] = ['', 0];
  forEachSpan(bytes, from, to, (field, value, end) => {
    if (field === readLogFields.logId) logId = textAt(bytes, value, end);
    else if (field === readLogFields.epoch) epoch = amount(value, end);
  });
  return { logId, epoch };
};

/** Throws a `RangeError` where the bytes are no message. */
export const readAnswer = (bytes: Buffer, from = 0, to = bytes.length): ReadAnswer => {
  let event: ClientEventRead | undefined;
  let checkpoint: number | undefined;
  let log: LogIdentity | undefined;
  forEachSpan(bytes, from, to, (field, value, end) => {
    const upTo = end === -1 ? value : end;
    if (field === 1) event = eventIn(bytes, value, upTo);
    else if (field === 3) checkpoint = checkpointIn(bytes, value, upTo);
    else if (field === readLogFields.log) log = logIn(bytes, value, upTo);
  });
  return log === undefined ? { event, checkpoint } : { event, checkpoint, log };
};

/** The messages that a message of `readTogetherPath` holds. Throws a `RangeError` where it holds something else. */
export const readAnswers = (bytes: Buffer): ReadonlyArray<ReadAnswer> => {
  const answers: ReadAnswer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + framePrefix;
    // A flag, of which there is none yet, and the length.
    at = from + (bytes[at] === 0 ? bytes.readUInt32BE(at + 1) : Number.NaN);
    if (!(at <= bytes.length)) throw new RangeError(`no frame of a message lies at ${from - framePrefix}`);
    answers.push(readAnswer(bytes, from, at));
  }
  return answers;
};
