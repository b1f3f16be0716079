import { either as E } from 'fp-ts';
import { genesis, linkHashOfText } from '../chain.ts';
import { decodeMetadata } from '../envelope.ts';
import type { Sha256 } from '../port/digest.ts';
import type { RecordedEvent } from '../port/event-store.ts';

/** Whether an event is the next one of its stream's hash chain behind `end` (absent: its first), and says what was hashed. */
export const fitsBehind = (
  sha256: Sha256,
  end: { readonly revision: number; readonly hash: string } | undefined,
  event: RecordedEvent,
): boolean => {
  const metadata = decodeMetadata(event);
  if (E.isLeft(metadata) || event.revision !== (end?.revision ?? -1) + 1) return false;
  const link = { ...event, previous: end?.hash ?? genesis, metadata: metadata.right };
  return (
    sha256(event.payload) === metadata.right.payloadHash &&
    linkHashOfText(sha256, link, event.metadata) === event.hash
  );
};
