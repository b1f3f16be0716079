import type { Sha256 } from '../port/digest.ts';

const makePrefix = (sha256: Sha256, stream: string): string => {
  const digest = sha256(stream);
  const variant = '89ab'[Number.parseInt(digest.charAt(15), 16) & 3];
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(12, 15)}-${variant}${digest.slice(16, 19)}-`;
};

/** Streams of one hash function whose prefix is kept: to make it takes a seventh of what an append of one event does inside its transaction. */
const mostKept = 1000;
const kept = new WeakMap<Sha256, Map<string, string>>();

const prefixOf = (sha256: Sha256, stream: string): string => {
  const prefixes = kept.get(sha256) ?? new Map<string, string>();
  const known = prefixes.get(stream);
  if (known !== undefined) return known;
  if (prefixes.size === mostKept) prefixes.clear();
  const prefix = makePrefix(sha256, stream);
  kept.set(sha256, prefixes.set(stream, prefix));
  return prefix;
};

/**
 * The ids that a stream's events of clients have in our log, where ids are unique: clients may use one id many times. They follow from stream
 * and revision alone, and lie beside each other in an index, so that an append of many writes few pages.
 * UUIDs of version 8 (RFC 9562, 5.8): 74 bits of the name's SHA-256, and the revision in the last 48.
 */
export const rowIds = (sha256: Sha256, stream: string): ((revision: number) => string) => {
  const prefix = prefixOf(sha256, stream);
  return (revision) => `${prefix}${revision.toString(16).padStart(12, '0')}`;
};

/** Whether an id is of the kind that the log itself makes. */
export const isRowId = (id: string): boolean => id.charAt(14) === '8';
