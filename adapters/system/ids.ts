import { hash, randomUUID } from 'node:crypto';
import type { Ids } from '../../domain/port/ids.ts';

/**
 * RFC 9562 §5.5: SHA-1 over the namespace's bytes and the name's, with version and variant put in. In one call, without a hash object:
 * each event of an ADD has several such ids, and the library's cost 10 µs each, 40 in an agent that had nothing to do for a moment.
 */
const derived = (within: string, name: string): string => {
  const bytes = Buffer.allocUnsafe(16 + Buffer.byteLength(name));
  // What is not written would be whatever the memory held before.
  if (bytes.write(within.replaceAll('-', ''), 'hex') !== 16) throw new TypeError(`${within} is no UUID`);
  if (!name.isWellFormed()) throw new TypeError(`${JSON.stringify(name)} is no Unicode text`);
  bytes.write(name, 16);
  const digest = hash('sha1', bytes, 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
};

/** The ids port over the system's generator and SHA-1. `within` must be a UUID, and `name` well-formed: codecs have seen to that. */
export const ids: Ids = { random: () => randomUUID(), derive: derived };
