import { either as E } from 'fp-ts';
import { canonicalPattern } from '../canonical-pattern.ts';
import { decodeMetadata, encodeMetadata, Metadata } from '../envelope.ts';
import type { RecordedEvent } from '../port/event-store.ts';

/** What the chain takes from the metadata itself. */
type Chained = Pick<Metadata, 'time' | 'payloadHash'>;

/** Nearly all there is: a text that it matches is canonical, and needs no parser. */
const canonical = canonicalPattern(Metadata, ['payloadHash', 'time']);

/** What the chain needs of metadata that is canonical, byte for byte; else what is wrong with it. */
export const readMetadata = (event: RecordedEvent): E.Either<string, Chained> => {
  const [, payloadHash, time] = canonical?.exec(event.metadata) ?? [];
  if (payloadHash !== undefined && time !== undefined) return E.right({ payloadHash, time });
  const decoded = decodeMetadata(event);
  if (E.isLeft(decoded)) return E.left(decoded.left.reason);
  return encodeMetadata(decoded.right) === event.metadata
    ? decoded
    : E.left('its metadata is not canonical JSON (RFC 8785)');
};
