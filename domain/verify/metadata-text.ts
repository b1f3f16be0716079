import { either as E } from 'fp-ts';
import { decodeMetadata, encodeMetadata, type Metadata, readPlain } from '../envelope.ts';
import type { RecordedEvent } from '../port/event-store.ts';

/** The metadata when it is canonical, byte for byte; else what is wrong with it. */
export const readMetadata = (event: RecordedEvent): E.Either<string, Metadata> => {
  const plain = readPlain(event.metadata);
  if (plain !== undefined) return E.right(plain);
  const decoded = decodeMetadata(event);
  if (E.isLeft(decoded)) return E.left(decoded.left.reason);
  return encodeMetadata(decoded.right) === event.metadata
    ? decoded
    : E.left('its metadata is not canonical JSON (RFC 8785)');
};
