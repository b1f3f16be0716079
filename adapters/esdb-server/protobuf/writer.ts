/**
 * Protocol buffer messages (proto3 wire format), written from their end to their beginning: what a length counts is there before the
 * length is written, so nothing is measured or copied twice. Whoever writes several fields writes the last one first.
 */
export type Writer = {
  readonly bytes: (field: number, value: Uint8Array) => void;
  readonly text: (field: number, value: string) => void;
  /** A whole number from 0 to 2^53 − 1. Written when it is 0 too: in a `oneof` that means something. */
  readonly number: (field: number, value: number) => void;
  /** 64 bits with a sign. */
  readonly bits: (field: number, value: bigint) => void;
  readonly message: (field: number, body: () => void) => void;
  /** A message without a field. */
  readonly empty: (field: number) => void;
  /** What is written by the body, behind the five bytes that gRPC puts before each message (uncompressed). */
  readonly framed: (body: () => void) => void;
  /** How many bytes there are by now. */
  readonly size: () => number;
  /** All that was written. The writer must not be used behind it. */
  readonly written: () => Buffer;
};

/** How a field's value is laid out. */
const wire = { varint: 0, delimited: 2 } as const;

/** To call Node twice takes longer than to write so many characters here. */
const shortText = 64;

export const makeWriter = (room = 1024): Writer => {
  let buffer = Buffer.allocUnsafe(room);
  let at = buffer.length;

  /** Moves the beginning down by so many bytes. */
  const reserve = (count: number): void => {
    if (count > at) {
      const held = buffer.length - at;
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, held + count));
      buffer.copy(larger, larger.length - held, at);
      at = larger.length - held;
      buffer = larger;
    }
    at -= count;
  };

  const varint = (value: number): void => {
    let count = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) count += 1;
    reserve(count);
    let rest = value;
    for (let index = at; index < at + count - 1; index += 1) {
      buffer[index] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    buffer[at + count - 1] = rest;
  };

  const utf8 = (value: string): number => {
    const length = Buffer.byteLength(value);
    reserve(length);
    buffer.write(value, at, length, 'utf8');
    return length;
  };

  /** 0 when it is none, or empty. */
  const ascii = (value: string): number => {
    const { length } = value;
    reserve(length);
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        at += length;
        return 0;
      }
      buffer[at + index] = code;
    }
    return length;
  };

  const key = (field: number, kind: number): void => varint(field * 8 + kind);

  return {
    bytes: (field, value) => {
      reserve(value.length);
      buffer.set(value, at);
      varint(value.length);
      key(field, wire.delimited);
    },
    text: (field, value) => {
      const length = (value.length <= shortText && ascii(value)) || utf8(value);
      varint(length);
      key(field, wire.delimited);
    },
    number: (field, value) => {
      varint(value);
      key(field, wire.varint);
    },
    bits: (field, value) => {
      const unsigned = BigInt.asUintN(64, value);
      const groups = Array.from({ length: 10 }, (_, index) =>
        Number((unsigned >> BigInt(7 * index)) & 0x7fn),
      );
      reserve(groups.length);
      for (const [index, group] of groups.entries()) buffer[at + index] = index < 9 ? group | 0x80 : group;
      key(field, wire.varint);
    },
    message: (field, body) => {
      const end = buffer.length - at;
      body();
      varint(buffer.length - at - end);
      key(field, wire.delimited);
    },
    empty: (field) => {
      varint(0);
      key(field, wire.delimited);
    },
    framed: (body) => {
      const end = buffer.length - at;
      body();
      const length = buffer.length - at - end;
      reserve(5);
      buffer[at] = 0;
      buffer.writeUInt32BE(length, at + 1);
    },
    size: () => buffer.length - at,
    written: () => buffer.subarray(at),
  };
};
