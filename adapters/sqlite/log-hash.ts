import type { Sha256 } from '../../domain/port/digest.ts';

/** One link of the whole log's chain: what is hashed is a canonical JSON array (RFC 8785). The first `previous` is 64 zeros. */
export const logHash = (
  sha256: Sha256,
  previous: string,
  position: number,
  hash: string,
  recordedAt: string,
): string => sha256(JSON.stringify([previous, position, hash, recordedAt]));
