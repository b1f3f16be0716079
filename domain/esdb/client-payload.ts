import type { ClientEvent, Content } from '../port/client-log.ts';

/*
 * What a client sent, as one canonical JSON text. These names are the storage format: version them with care.
 *
 *   {"contentType":…, "data" or "data64":…, "id":…, "metadata" or "metadata64":…}
 *
 * `…64` is base64 (RFC 4648) of bytes that are not UTF-8; metadata that is empty is left out.
 */

export type ClientPayload = Omit<ClientEvent, 'type'>;

/** A byte order mark is kept like any other character. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text whose UTF-8 these bytes are; `undefined` when they are no one's. */
export const textOf = (content: Content): string | undefined => {
  if (typeof content === 'string') return content;
  try {
    return decoder.decode(content);
  } catch {
    return undefined;
  }
};

const member = (name: string, content: Content): string => {
  const text = textOf(content);
  // Only bytes are not UTF-8.
  return text === undefined
    ? `"${name}64":"${(content as Uint8Array).toBase64()}"`
    : `"${name}":${JSON.stringify(text)}`;
};

export const encodeClientPayload = ({ id, contentType, data, metadata }: ClientPayload): string => {
  const last = metadata.length === 0 ? '' : `,${member('metadata', metadata)}`;
  return `{"contentType":${JSON.stringify(contentType)},${member('data', data)},"id":${JSON.stringify(id)}${last}}`;
};

const contentIn = (text: unknown, base64: unknown): Content | undefined => {
  if (typeof text === 'string') return text;
  return typeof base64 === 'string' ? Uint8Array.fromBase64(base64) : undefined;
};

/** `undefined` of a payload that no client's event has. */
export const decodeClientPayload = (payload: string): ClientPayload | undefined => {
  try {
    const stored = JSON.parse(payload);
    const { id, contentType } = stored;
    const data = contentIn(stored.data, stored.data64);
    const isEmpty = stored.metadata === undefined && stored.metadata64 === undefined;
    const metadata = isEmpty ? '' : contentIn(stored.metadata, stored.metadata64);
    return typeof id !== 'string' ||
      typeof contentType !== 'string' ||
      data === undefined ||
      metadata === undefined
      ? undefined
      : { id, contentType, data, metadata };
  } catch {
    return undefined;
  }
};
