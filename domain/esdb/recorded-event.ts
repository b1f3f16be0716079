import { canonicalJson, type Json } from '../canonical-json.ts';
import { isPlain } from '../envelope.ts';
import type { ClientEventRead } from '../port/client-log.ts';
import type { RecordedEvent } from '../port/event-store.ts';

const plainHash = /,"hash":"([0-9a-f]{64})"(?=,"incarnation":)/;
const digest = /^[0-9a-f]{64}$/;

/** Stored metadata and hash out of the metadata on the wire; `undefined` of metadata that has no hash. */
const withoutHash = (text: string): { readonly metadata: string; readonly hash: string } | undefined => {
  const [found = '', hash = ''] = plainHash.exec(text) ?? [];
  const metadata = text.replace(found, '');
  if (found !== '' && isPlain(metadata)) return { metadata, hash };
  try {
    const { hash: said, ...rest } = JSON.parse(text) as { readonly [key: string]: Json };
    return typeof said === 'string' && digest.test(said)
      ? { metadata: canonicalJson(rest), hash: said }
      : undefined;
  } catch {
    return undefined;
  }
};

/**
 * A ledger event as it was recorded, from what readers get. Nothing of it is checked but its form; `undefined` of what is none: other
 * programs' events, and those that the server writes for itself.
 */
export const recordedEvent = (read: ClientEventRead): RecordedEvent | undefined => {
  const { stream, revision, position, recordedAt, id, type, data: payload, metadata: sent } = read;
  const said = typeof payload === 'string' && typeof sent === 'string' ? withoutHash(sent) : undefined;
  return said === undefined || typeof payload !== 'string'
    ? undefined
    : { stream, revision, position, recordedAt, id, type, payload, ...said };
};
