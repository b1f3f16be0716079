const kinds = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** Where the value of a field that is no number lies: its end is behind its last byte. Of a number `end` is −1, and `value` is the number. */
type TellSpan = (field: number, value: number, end: number) => void;

/** Is told the number of a field of fixed length, which is passed over. */
type TellFixed = (field: number) => void;

/**
 * Tells the fields of a protocol buffer message (proto3 wire format) that lies in `bytes` from one place to another, in their order: a number
 * of a varint (exact up to 2^53), and where text, bytes and messages lie. Nothing is made of any, for whoever reads a log reads a dozen of
 * each event. Those of fixed length are passed over. Throws a `RangeError` where the bytes are no message.
 */
export const forEachSpan = (
  bytes: Buffer,
  from: number,
  to: number,
  tell: TellSpan,
  tellFixed: TellFixed = () => undefined,
): void => {
  let at = from;

  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 0x80) {
      const byte = at < to ? bytes[at] : undefined;
      if (byte === undefined) throw new RangeError('the message ends within a number');
      at += 1;
      if (byte < 0x80) return value + byte * scale;
      value += (byte & 0x7f) * scale;
    }
    throw new RangeError('a number has more than ten bytes');
  };

  const skip = (count: number): number => {
    const begin = at;
    at += count;
    if (at > to) throw new RangeError('the message ends within a field');
    return begin;
  };

  while (at < to) {
    const key = varint();
    const field = Math.floor(key / 8);
    switch (key % 8) {
      case kinds.varint:
        tell(field, varint(), -1);
        break;
      case kinds.delimited:
        tell(field, skip(varint()), at);
        break;
      case kinds.fixed64:
        skip(8);
        tellFixed(field);
        break;
      case kinds.fixed32:
        skip(4);
        tellFixed(field);
        break;
      default:
        throw new RangeError(`a field of kind ${key % 8}`);
    }
  }
};

/** The same of a whole message, with the bytes themselves of text, bytes and messages, not copied. */
export const forEachField = (
  bytes: Buffer,
  tell: (field: number, value: number | Buffer) => void,
  tellFixed?: TellFixed,
): void =>
  forEachSpan(
    bytes,
    0,
    bytes.length,
    (field, value, end) => tell(field, end === -1 ? value : bytes.subarray(value, end)),
    tellFixed,
  );
