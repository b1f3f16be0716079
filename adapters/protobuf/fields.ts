const kinds = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/**
 * Tells the fields of a protocol buffer message (proto3 wire format) in their order: a number of a varint (exact up to 2^53), the bytes
 * themselves of text, bytes and messages, not copied. Those of fixed length are passed over. Throws a `RangeError` where the bytes are no message.
 */
export const forEachField = (bytes: Buffer, tell: (field: number, value: number | Buffer) => void): void => {
  let at = 0;

  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 0x80) {
      const byte = bytes[at];
      if (byte === undefined) throw new RangeError('the message ends within a number');
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number has more than ten bytes');
  };

  const skip = (count: number): number => {
    const from = at;
    at += count;
    if (at > bytes.length) throw new RangeError('the message ends within a field');
    return from;
  };

  while (at < bytes.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    switch (key % 8) {
      case kinds.varint:
        tell(field, varint());
        break;
      case kinds.delimited: {
        const from = skip(varint());
        tell(field, bytes.subarray(from, at));
        break;
      }
      case kinds.fixed64:
        skip(8);
        break;
      case kinds.fixed32:
        skip(4);
        break;
      default:
        throw new RangeError(`a field of kind ${key % 8}`);
    }
  }
};
