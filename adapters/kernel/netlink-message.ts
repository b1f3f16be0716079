/**
 * Netlink's wire format (linux/netlink.h, linux/rtnetlink.h; RFC 3549 §2.2), as pure bytes. Everything is in host byte
 * order, which on every machine we build for is little-endian.
 */

const HEADER = 16;
const ATTRIBUTE_HEADER = 4;
/** Upper two bits of an attribute's type are the flags "nested" and "network byte order". */
const ATTRIBUTE_TYPE = 0x3fff;
const NESTED = 0x8000;

export type Message = {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Buffer;
};

const aligned = (length: number): number => (length + 3) & ~3;

/** Out of Node's pool: a message has some thirty parts, and an allocation of its own for each costs more than its bytes. */
const zeroes = (length: number): Buffer => Buffer.allocUnsafe(length).fill(0);

/** One `nlmsghdr` and its body, padded to four bytes. */
export const encodeMessage = ({ type, flags, sequence, body }: Message): Buffer => {
  const bytes = zeroes(HEADER + aligned(body.length));
  bytes.writeUInt32LE(HEADER + body.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(flags, 6);
  bytes.writeUInt32LE(sequence, 8);
  body.copy(bytes, HEADER);
  return bytes;
};

/** The messages of one datagram. Bodies are copies: the receive buffer may be used again. */
export const decodeMessages = (datagram: Buffer): ReadonlyArray<Message> => {
  const messages: Array<Message> = [];
  let at = 0;
  while (at + HEADER <= datagram.length) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER || at + length > datagram.length) break;
    messages.push({
      type: datagram.readUInt16LE(at + 4),
      flags: datagram.readUInt16LE(at + 6),
      sequence: datagram.readUInt32LE(at + 8),
      body: Buffer.from(datagram.subarray(at + HEADER, at + length)),
    });
    at += aligned(length);
  }
  return messages;
};

/** One `rtattr`, padded to four bytes. */
export const attribute = (type: number, value: Uint8Array): Buffer => {
  const bytes = zeroes(aligned(ATTRIBUTE_HEADER + value.length));
  bytes.writeUInt16LE(ATTRIBUTE_HEADER + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, ATTRIBUTE_HEADER);
  return bytes;
};

export const u32Attribute = (type: number, value: number): Buffer => {
  const bytes = zeroes(4);
  bytes.writeUInt32LE(value);
  return attribute(type, bytes);
};

/** Text with the zero byte at its end that names in the kernel carry. */
export const textAttribute = (type: number, text: string): Buffer =>
  attribute(type, Buffer.from(`${text}\0`, 'utf8'));

/** Attributes inside an attribute. */
export const nestedAttribute = (type: number, ...inner: ReadonlyArray<Buffer>): Buffer =>
  attribute(type | NESTED, Buffer.concat(inner));

type Attributes = ReadonlyMap<number, Buffer>;

/** The attributes in `bytes` by type; of a repeated one the last. */
export const decodeAttributes = (bytes: Buffer): Attributes => {
  const attributes = new Map<number, Buffer>();
  let at = 0;
  while (at + ATTRIBUTE_HEADER <= bytes.length) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER || at + length > bytes.length) break;
    attributes.set(
      bytes.readUInt16LE(at + 2) & ATTRIBUTE_TYPE,
      bytes.subarray(at + ATTRIBUTE_HEADER, at + length),
    );
    at += aligned(length);
  }
  return attributes;
};

/** The first attribute of this type behind the message's own header of `from` bytes, without reading the others. */
export const attributeIn = (body: Buffer, from: number, type: number): Buffer | undefined => {
  for (let at = from; at + ATTRIBUTE_HEADER <= body.length; ) {
    const length = body.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER || at + length > body.length) return undefined;
    if ((body.readUInt16LE(at + 2) & ATTRIBUTE_TYPE) === type)
      return body.subarray(at + ATTRIBUTE_HEADER, at + length);
    at += aligned(length);
  }
  return undefined;
};

/** A text attribute's value without its closing zero byte. */
export const textIn = (value: Buffer): string => {
  const end = value.indexOf(0);
  return value.toString('utf8', 0, end === -1 ? value.length : end);
};

export const u32Of = (attributes: Attributes, type: number): number | undefined =>
  attributes.get(type)?.readUInt32LE(0);
