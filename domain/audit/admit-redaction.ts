import { either as E } from 'fp-ts';
import { decodeMetadata } from '../envelope.ts';
import type { Sha256 } from '../port/digest.ts';
import type { RecordedEvent } from '../port/event-store.ts';
import type { RedactedPayload, RedactionRefused } from '../port/payload-redactor.ts';
import { PayloadRedacted } from './events.ts';
import { remainingOf } from './remaining.ts';

const recordIn = ({ event }: RedactedPayload): PayloadRedacted | undefined => {
  const read = E.tryCatch(
    () => JSON.parse(event.payload) as object,
    () => undefined,
  );
  if (E.isLeft(read)) return undefined;
  const decoded = PayloadRedacted.decode({ ...read.right, type: event.type });
  return E.isRight(decoded) ? decoded.right : undefined;
};

/** Whether a payload may be replaced by what remains of it: the position, or why not. */
const admit = (
  sha256: Sha256,
  eventAt: (position: number) => RecordedEvent | undefined,
  payload: RedactedPayload,
): E.Either<RedactionRefused, number> => {
  const record = recordIn(payload);
  const refused = (cause: RedactionRefused['cause']): E.Either<RedactionRefused, never> =>
    E.left({ type: 'redaction-refused', position: record?.position ?? -1, cause });
  if (record === undefined) return refused('unreadable-record');
  const stored = eventAt(record.position);
  if (
    stored === undefined ||
    stored.id !== record.id ||
    stored.stream !== record.stream ||
    stored.revision !== record.revision
  )
    return refused('another-event');
  const metadata = decodeMetadata(stored);
  if (E.isLeft(metadata) || metadata.right.payloadHash !== sha256(stored.payload))
    return refused('payload-altered');
  if (record.redacted.length === 0 || remainingOf(stored.payload, record.redacted) !== payload.remaining)
    return refused('not-what-remains');
  return sha256(payload.remaining) === record.remainingHash
    ? E.right(record.position)
    : refused('not-what-is-recorded');
};

/**
 * Whether these payloads may be replaced by what remains of them, given the events as the store has them now: what remains, by
 * position, or why not.
 */
export const admitRedaction = (
  sha256: Sha256,
  eventAt: (position: number) => RecordedEvent | undefined,
  payloads: ReadonlyArray<RedactedPayload>,
): E.Either<RedactionRefused, ReadonlyMap<number, string>> => {
  const remaining = new Map<number, string>();
  for (const payload of payloads) {
    const admitted = admit(sha256, eventAt, payload);
    if (E.isLeft(admitted)) return admitted;
    const position = admitted.right;
    if (remaining.has(position))
      return E.left({ type: 'redaction-refused', position, cause: 'payload-altered' });
    remaining.set(position, payload.remaining);
  }
  return E.right(remaining);
};
