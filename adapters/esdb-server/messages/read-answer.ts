import type { ClientEventRead, Content } from '../../../domain/port/client-log.ts';
import type { Writer } from '../protobuf/writer.ts';
import { writeBoth } from './position.ts';

/** An event and the link in whose place it was found. */
export type Resolved = { readonly event: ClientEventRead | undefined; readonly link?: ClientEventRead };

/** How the client wants ids: `string uuid_option` or the two halves. */
export type IdForm = 'text' | 'halves';

/* The kinds of ReadResp (streams.proto). Each field of a message is written behind those that come after it. */

export const writeRead = (writer: Writer, { event, link }: Resolved, ids: IdForm): void =>
  writer.message(1, () => {
    writer.number(3, (link ?? event)?.position ?? 0);
    if (link !== undefined) writer.message(2, () => writeEvent(writer, link, ids));
    if (event !== undefined) writer.message(1, () => writeEvent(writer, event, ids));
  });

export const writeConfirmation = (writer: Writer, subscription: string): void =>
  writer.message(2, () => writer.text(1, subscription));

export const writeCheckpoint = (writer: Writer, position: number): void =>
  writer.message(3, () => writeBoth(writer, position));

export const writeNotFound = (writer: Writer, stream: string): void =>
  writer.message(4, () => writer.message(1, () => writer.text(3, stream)));

export const writeCaughtUp = (writer: Writer): void => writer.empty(8);

const writeEvent = (writer: Writer, event: ClientEventRead, ids: IdForm): void => {
  writeContent(writer, 8, event.data);
  writeContent(writer, 7, event.metadata);
  writeEntry(writer, 'created', ticks(event.recordedAt));
  writeEntry(writer, 'content-type', event.contentType);
  writeEntry(writer, 'type', event.type);
  writer.number(5, event.position);
  writer.number(4, event.position);
  writer.number(3, event.revision);
  writer.message(2, () => writer.text(3, event.stream));
  writer.message(1, () => writeId(writer, event.id, ids));
};

const writeContent = (writer: Writer, field: number, content: Content): void => {
  if (content.length === 0) return;
  if (typeof content === 'string') writer.text(field, content);
  else writer.bytes(field, content);
};

/** An entry of `map<string, string> metadata = 6`. */
const writeEntry = (writer: Writer, key: string, value: string): void =>
  writer.message(6, () => {
    writer.text(2, value);
    writer.text(1, key);
  });

/** .NET ticks since 1970: tenths of microseconds. */
const ticks = (recordedAt: string): string => `${Date.parse(recordedAt)}0000`;

export const writeId = (writer: Writer, id: string, ids: IdForm): void => {
  if (ids === 'text') {
    writer.text(2, id);
    return;
  }
  const hex = id.replaceAll('-', '');
  writer.message(1, () => {
    writer.bits(2, BigInt(`0x${hex.slice(16)}`));
    writer.bits(1, BigInt(`0x${hex.slice(0, 16)}`));
  });
};
