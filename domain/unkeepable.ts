import { Uuid } from './identity/uuid.ts';
import type { Append, EventToAppend } from './port/event-store.ts';

const digest = /^[0-9a-f]{64}$/;

/** Half a surrogate pair has no UTF-8: what is kept in its place is another text than the one that was hashed. */
const isText = ({ type, payload, metadata }: EventToAppend): boolean =>
  type.isWellFormed() && payload.isWellFormed() && metadata.isWellFormed();

/** What no store keeps so that it gives back exactly this text, in words; `undefined` when the append is fine. */
export const unkeepable = ({ stream, events }: Pick<Append, 'stream' | 'events'>): string | undefined => {
  if (!stream.isWellFormed()) return `the stream ${stream}: its name is not well-formed Unicode`;
  const odd = events.find((event) => !Uuid.is(event.id) || !digest.test(event.hash) || !isText(event));
  if (odd === undefined) return undefined;
  return isText(odd)
    ? `event ${odd.id}: the id must be a lower-case UUID and the hash 64 lower-case hexadecimal digits (${odd.hash})`
    : `event ${odd.id}: type, payload and metadata must be well-formed Unicode`;
};
