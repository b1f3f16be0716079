import { either as E } from 'fp-ts';

/** `OFP_VERSION` of OpenFlow 1.3. Section numbers in this folder are those of the OpenFlow Switch Specification 1.3.5. */
export const version = 0x04;

/** `ofp_type` (section 7.1), the ones that we send or expect. */
export const types = {
  hello: 0,
  error: 1,
  echoRequest: 2,
  echoReply: 3,
  experimenter: 4,
  flowMod: 14,
  multipartRequest: 18,
  multipartReply: 19,
  barrierRequest: 20,
  barrierReply: 21,
} as const;

export type Message = { readonly type: number; readonly xid: number; readonly body: Buffer };

/** `spoken`: the wire version that its header bears. */
export type Received = Message & { readonly spoken: number };

const headerBytes = 8;

/** `ofp_header` (section 7.1) and what follows it. */
export const encodeMessage = ({ type, xid, body }: Message): Buffer => {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(version, 0);
  header.writeUInt8(type, 1);
  header.writeUInt16BE(headerBytes + body.length, 2);
  header.writeUInt32BE(xid, 4);
  return Buffer.concat([header, body]);
};

/**
 * Cuts a byte stream into messages; gives those that this chunk completed. Left: the peer speaks another version, or not
 * OpenFlow; the stream is of no use afterwards. A peer's greeting, and its refusal of ours, may bear another version.
 */
export const makeFraming = (): ((chunk: Buffer) => E.Either<string, ReadonlyArray<Received>>) => {
  let kept: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    const messages: Received[] = [];
    let at = 0;
    while (bytes.length - at >= headerBytes) {
      const [spoken, type] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
      const length = bytes.readUInt16BE(at + 2);
      if (spoken !== version && type !== types.hello && type !== types.error)
        return E.left(`it answers in OpenFlow's wire version ${spoken}, not ${version}`);
      if (length < headerBytes) return E.left(`a message of ${length} bytes is not OpenFlow`);
      if (bytes.length - at < length) break;
      // A copy, because the socket may use its buffer again.
      const body = Buffer.from(bytes.subarray(at + headerBytes, at + length));
      messages.push({ spoken, type, xid: bytes.readUInt32BE(at + 4), body });
      at += length;
    }
    kept = Buffer.from(bytes.subarray(at));
    return E.right(messages);
  };
};
