import { isUtf8 } from 'node:buffer';
import type { ClientEventRead, Content } from '../../domain/port/client-log.ts';
import { forEachField } from '../protobuf/fields.ts';

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
};

const none: Buffer = Buffer.alloc(0);

/** The bytes of a field that has some; of another kind it is as if it were not there. */
const within = (value: number | Buffer): Buffer => (typeof value === 'number' ? none : value);

const amount = (value: number | Buffer): number => (typeof value === 'number' ? value : 0);

const contentOf = (bytes: Buffer): Content => (isUtf8(bytes) ? bytes.toString() : bytes);

/** Ticks are tenths of a microsecond since 1970. */
const stampOf = (ticks: string): string => new Date(Number(ticks.slice(0, -4))).toISOString();

/** The last field of this number, as text. */
const textIn = (bytes: Buffer, wanted: number): string => {
  let text = '';
  forEachField(bytes, (field, value) => {
    if (field === wanted) text = within(value).toString();
  });
  return text;
};

/** `RecordedEvent`. Its id is asked for as text (`read-request.ts`). */
const recordedIn = (bytes: Buffer): ClientEventRead => {
  const described = new Map<string, string>();
  const place = { revision: 0, position: 0 };
  const content = { data: none, metadata: none };
  let id = '';
  let stream = '';
  forEachField(bytes, (field, value) => {
    if (field === 1) id = textIn(within(value), 2);
    else if (field === 2) stream = textIn(within(value), 3);
    else if (field === 3) place.revision = amount(value);
    else if (field === 5) place.position = amount(value);
    else if (field === 6) described.set(textIn(within(value), 1), textIn(within(value), 2));
    else if (field === 7) content.metadata = within(value);
    else if (field === 8) content.data = within(value);
  });
  return {
    stream,
    ...place,
    id,
    recordedAt: stampOf(described.get('created') ?? ''),
    type: described.get('type') ?? '',
    contentType: described.get('content-type') ?? '',
    data: contentOf(content.data),
    metadata: contentOf(content.metadata),
  };
};

/** `ReadEvent`: the event, and not the link that led to it. */
const eventIn = (bytes: Buffer): ClientEventRead | undefined => {
  let event: ClientEventRead | undefined;
  forEachField(bytes, (field, value) => {
    if (field === 1) event = recordedIn(within(value));
  });
  return event;
};

/** `Checkpoint`: its commit position, 0 when it is not said. */
const checkpointIn = (bytes: Buffer): number => {
  let position = 0;
  forEachField(bytes, (field, value) => {
    if (field === 1) position = amount(value);
  });
  return position;
};

/** Throws a `RangeError` where the bytes are no message. */
export const readAnswer = (bytes: Buffer): ReadAnswer => {
  let event: ClientEventRead | undefined;
  let checkpoint: number | undefined;
  forEachField(bytes, (field, value) => {
    if (field === 1) event = eventIn(within(value));
    else if (field === 3) checkpoint = checkpointIn(within(value));
  });
  return { event, checkpoint };
};
