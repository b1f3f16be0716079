import { forEachField } from '../../protobuf/fields.ts';
import { readWriteOptions, type WriteOptions, within } from './write-options.ts';

/*
 * The messages that events come in (streams.proto), read without the generated classes: these make objects, arrays and base64 of each event, which
 * was a fifth of a large append's processor time. All of it throws what `read` refuses.
 */

/** An event as it stands in a request. Nothing is copied: whoever keeps it keeps all of its message. */
export type Proposed = {
  /** A `UUID` message; empty when there is none. */
  readonly id: Buffer;
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly data: Buffer;
  readonly metadata: Buffer;
};

const none: Buffer = Buffer.alloc(0);

/** An entry of `map<string, string>`. */
const readEntry = (bytes: Buffer): readonly [key: string, value: string] => {
  let key = '';
  let text = '';
  forEachField(bytes, (field, value) => {
    if (field === 1) key = within(value).toString();
    else if (field === 2) text = within(value).toString();
  });
  return [key, text];
};

/** `ProposedMessage`, which has the same fields in both requests. */
const readProposed = (bytes: Buffer): Proposed => {
  const read = { id: none, data: none, metadata: none };
  let type: string | undefined;
  let contentType: string | undefined;
  forEachField(bytes, (field, value) => {
    if (field === 1) read.id = within(value);
    else if (field === 2) {
      const [key, text] = readEntry(within(value));
      if (key === 'type') type = text;
      else if (key === 'content-type') contentType = text;
    } else if (field === 3) read.metadata = within(value);
    else if (field === 4) read.data = within(value);
  });
  return { ...read, type, contentType };
};

/** AppendReq: the options, or an event. */
export const appendMessage = {
  deserializeBinary: (bytes: Buffer) => {
    let options: WriteOptions | undefined;
    let proposed: Proposed | undefined;
    forEachField(bytes, (field, value) => {
      if (field === 1) options = readWriteOptions(within(value));
      else if (field === 2) proposed = readProposed(within(value));
    });
    return { options, proposed };
  },
};

/** BatchAppendReq: a chunk of an append, with the options in its first. */
export const batchMessage = {
  deserializeBinary: (bytes: Buffer) => {
    const proposed: Proposed[] = [];
    let options: WriteOptions | undefined;
    let correlation = none;
    let isFinal = false;
    forEachField(bytes, (field, value) => {
      if (field === 1) correlation = within(value);
      else if (field === 2) options = readWriteOptions(within(value));
      else if (field === 3) proposed.push(readProposed(within(value)));
      else if (field === 4) isFinal = value !== 0;
    });
    return { correlation, options, proposed, isFinal };
  },
};
