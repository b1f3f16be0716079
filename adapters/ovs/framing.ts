import { either as E } from 'fp-ts';

/**
 * Cuts a byte stream into JSON texts. JSON-RPC over a stream socket has no delimiter (RFC 7047, section 4; JSON-RPC 1.0),
 * so a message ends where its outermost bracket closes. Gives the texts that this chunk completed, in order; bytes of
 * an unfinished one are kept for the next call. Each byte is looked at once and copied at most twice, however the
 * stream is cut. Left: bytes that can belong to no message; the stream is of no use afterwards.
 */
export type Framing = (chunk: Buffer) => E.Either<string, ReadonlyArray<string>>;

const quote = 0x22;
const backslash = 0x5c;

export const makeFraming = (): Framing => {
  let kept: Array<Buffer> = [];
  let depth = 0;
  let inString = false;
  let escaped = false;

  return (chunk) => {
    const texts: Array<string> = [];
    let start = 0;
    // Bytes suffice: in UTF-8 no byte of a longer character is below 0x80.
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
        continue;
      }
      if (opens(byte)) {
        if (depth === 0) start = at;
        depth++;
      } else if (depth === 0) {
        if (!isSpace(byte)) return E.left(`byte 0x${byte.toString(16)} between messages`);
      } else if (byte === quote) {
        inString = true;
      } else if (closes(byte)) {
        depth--;
        if (depth === 0) {
          const last = chunk.subarray(start, at + 1);
          texts.push((kept.length === 0 ? last : Buffer.concat([...kept, last])).toString('utf8'));
          kept = [];
          start = at + 1;
        }
      }
    }
    // A copy, because the socket may use its buffer again.
    if (depth > 0 && start < chunk.length) kept.push(Buffer.from(chunk.subarray(start)));
    return E.right(texts);
  };
};

const opens = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const closes = (byte: number): boolean => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
