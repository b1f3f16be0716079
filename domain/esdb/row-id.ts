import type { Sha256 } from '../port/digest.ts';

/**
 * The id that a client's event has in our log, where ids are unique: clients may use one id in many streams. It follows from the stream and
 * the client's id; of an id that stands in the stream already, also from the revision that it comes to again.
 * A UUID of version 8, made of a SHA-256 (RFC 9562, B.2).
 */
export const rowId = (sha256: Sha256, stream: string, id: string, again?: number): string => {
  const digest = sha256(again === undefined ? `${stream}\n${id}` : `${stream}\n${id}\n${again}`);
  const variant = '89ab'[Number.parseInt(digest.charAt(16), 16) & 3];
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
};
