import type { ClientEventRead } from '../../../domain/port/client-log.ts';
import { writeRead } from '../messages/read-answer.ts';
import { makeWriter } from '../protobuf/writer.ts';

const known = new WeakMap<ClientEventRead, Buffer>();

/**
 * The framed message of an event that is no link followed, its id as text. The log gives all who follow it one and the same event: it
 * is written once for all of them.
 */
export const frameOf = (event: ClientEventRead): Buffer => {
  const before = known.get(event);
  if (before !== undefined) return before;
  const writer = makeWriter(event.data.length + event.metadata.length + 320);
  writer.framed(() => writeRead(writer, { event }, 'text'));
  const frame = writer.written();
  known.set(event, frame);
  return frame;
};
