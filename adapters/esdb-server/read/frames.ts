import type { ClientEventRead } from '../../../domain/port/client-log.ts';
import { writeRead } from '../messages/read-answer.ts';
import { makeWriter } from '../protobuf/writer.ts';

/** A page is written out in parts of about so many bytes, each when there is room for it. */
export const partBytes = 64 * 1024;

const framed = new WeakMap<ClientEventRead, Buffer>();
const joined = new WeakMap<ReadonlyArray<ClientEventRead>, ReadonlyArray<Buffer>>();

/** The framed message of an event that is no link followed, its id as text. */
const frameOf = (event: ClientEventRead): Buffer => {
  const before = framed.get(event);
  if (before !== undefined) return before;
  const writer = makeWriter(event.data.length + event.metadata.length + 320);
  writer.framed(() => writeRead(writer, { event }, 'text'));
  const frame = writer.written();
  framed.set(event, frame);
  return frame;
};

/**
 * A page's events as they are sent to whoever follows no links and wants ids as text. The log gives all who follow it the same events, and
 * those who are at the same place the same page: each is written once for all of them.
 */
export const framesOf = (events: ReadonlyArray<ClientEventRead>): ReadonlyArray<Buffer> => {
  const before = joined.get(events);
  if (before !== undefined) return before;
  const parts: Buffer[] = [];
  let frames: Buffer[] = [];
  let room = 0;
  const end = (): void => {
    if (room > 0) parts.push(Buffer.concat(frames, room));
    frames = [];
    room = 0;
  };
  for (const event of events) {
    const frame = frameOf(event);
    frames.push(frame);
    room += frame.length;
    if (room >= partBytes) end();
  }
  end();
  joined.set(events, parts);
  return parts;
};
