import { either as E } from 'fp-ts';
import { type GrpcStatus, refusedAs } from './status.ts';

/** A flag byte and the length in four bytes (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export const messagePrefix = 5;

/** The bytes of a message with what goes before them. */
export const asMessage = (bytes: Buffer): Buffer => {
  const framed = Buffer.allocUnsafe(messagePrefix + bytes.length);
  framed.writeUInt8(0);
  framed.writeUInt32BE(bytes.length, 1);
  bytes.copy(framed, messagePrefix);
  return framed;
};

/**
 * Cuts a request's body into messages. A message may come in many chunks, and a chunk may hold many; what is held is at most one message
 * of `most` bytes and one chunk. Refused: a longer message, and a compressed one, since we offer no compression.
 */
export const makeDeframer = (
  most: number,
): ((chunk: Buffer) => E.Either<GrpcStatus, ReadonlyArray<Buffer>>) => {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = messagePrefix;

  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    if (held < wanted) return E.right([]);
    const body = chunks.length === 1 ? chunk : Buffer.concat(chunks, held);
    const messages: Buffer[] = [];
    let at = 0;
    wanted = messagePrefix;
    while (body.length - at >= messagePrefix) {
      if (body[at] !== 0)
        return E.left(refusedAs('unimplemented', 'the message is compressed: send it as it is (identity)'));
      const length = body.readUInt32BE(at + 1);
      if (length > most)
        return E.left(
          refusedAs('resourceExhausted', `a message of ${length} bytes: ${most} are the most that is taken`),
        );
      wanted = messagePrefix + length;
      if (body.length - at < wanted) break;
      messages.push(body.subarray(at + messagePrefix, at + wanted));
      at += wanted;
      wanted = messagePrefix;
    }
    chunks = at === body.length ? [] : [body.subarray(at)];
    held = body.length - at;
    return E.right(messages);
  };
};
