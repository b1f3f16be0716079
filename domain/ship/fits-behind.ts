import { genesis, linkHashOfText } from '../chain.ts';
import type { Metadata } from '../envelope.ts';
import type { Sha256 } from '../port/digest.ts';
import type { RecordedEvent } from '../port/event-store.ts';

/**
 * Whether an event, whose metadata has been read, is the next one of its stream's hash chain behind `end` (absent: its first), and says what
 * was hashed.
 */
export const fitsBehind = (
  sha256: Sha256,
  end: { readonly revision: number; readonly hash: string } | undefined,
  event: RecordedEvent,
  metadata: Metadata,
): boolean => {
  const { stream, revision, id, type, payload, metadata: text, hash } = event;
  if (revision !== (end?.revision ?? -1) + 1) return false;
  const link = { previous: end?.hash ?? genesis, stream, revision, id, type, metadata };
  return sha256(payload) === metadata.payloadHash && linkHashOfText(sha256, link, text) === hash;
};
