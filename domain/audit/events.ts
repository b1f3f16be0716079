import * as t from 'io-ts';
import { Integer } from '../integer.ts';

/*
 * These shapes and names are the storage format: a change needs a new version, an upcaster and golden files.
 */

/** What may be taken out of a payload: that which names a person or a workload, and which nothing is decided by. */
const Redactable = t.keyof({ pod: null });
export type Redactable = t.TypeOf<typeof Redactable>;

/**
 * An earlier event of the same log lost these keys of its payload. In the log's chains that event's original payload still stands
 * by its hash; what is left of it is vouched for here.
 */
export const PayloadRedacted = t.strict({
  type: t.literal('PayloadRedacted'),
  /** Where the event stands, and which it is. */
  position: Integer,
  stream: t.string,
  revision: Integer,
  id: t.string,
  redacted: t.readonlyArray(Redactable),
  reason: t.string,
  /** SHA-256 of the payload's text without these keys. */
  remainingHash: t.string,
});
export type PayloadRedacted = t.TypeOf<typeof PayloadRedacted>;

/** Payload codecs by event type, each at its current version. */
export const auditEvents = { PayloadRedacted: { version: 1, codec: PayloadRedacted } } as const;

export type AuditEvent = PayloadRedacted;
