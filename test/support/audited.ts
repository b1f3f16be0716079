import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { type AuditEvent, auditEvents, type PayloadRedacted } from '../../domain/audit/events.ts';
import { redactableKeys, remainingOf } from '../../domain/audit/remaining.ts';
import { seal } from '../../domain/chain.ts';
import { encodeEvent } from '../../domain/event.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { EventToAppend, RecordedEvent } from '../../domain/port/event-store.ts';
import type { LoggedEvent } from '../../domain/port/log-reader.ts';
import { auditStream } from '../../domain/stream.ts';
import { incarnation, nodeName } from './events.ts';
import { logged } from './logged.ts';
import { must } from './must.ts';

export const auditStreamOf = (node: string): string =>
  auditStream('evio' as ClusterName, nodeName(node), incarnation);

/** Seals audit events of node-1's log behind its audit stream's head, as its agent does. */
export const audited = (
  head: { readonly revision: number; readonly hash: string } | undefined,
  ...events: ReadonlyArray<AuditEvent>
): { readonly stream: string; readonly events: ReadonlyArray<EventToAppend> } => {
  const stream = auditStreamOf('node-1');
  return { stream, events: sealedIn(stream, head, events) };
};

const sealedIn = (
  stream: string,
  head: { readonly revision: number; readonly hash: string } | undefined,
  events: ReadonlyArray<AuditEvent>,
): ReadonlyArray<EventToAppend> => {
  const first = (head?.revision ?? -1) + 1;
  const unsealed = events.map((event, index) => {
    const { type, schema, payload } = encodeEvent(auditEvents)(event);
    return {
      id: `00000000-0000-5000-9000-${(first + index).toString(16).padStart(12, '0')}`,
      type,
      payload,
      metadata: {
        schema,
        time: '2026-03-02T08:00:00.000Z',
        actor: 'operator:root',
        incarnation,
        $causationId: '33333333-3333-5333-8333-333333333333',
        $correlationId: '44444444-4444-4444-8444-444444444444',
      },
    };
  });
  return seal(sha256, stream, head, unsealed);
};

/** What a redaction of the event records. */
export const recordOf = (
  event: Pick<RecordedEvent, 'position' | 'stream' | 'revision' | 'id' | 'type' | 'payload'>,
  reason = 'request 4711',
): PayloadRedacted => {
  const { position, stream, revision, id, payload } = event;
  const redacted = redactableKeys(event);
  const remainingHash = sha256(remainingOf(payload, redacted));
  return { type: 'PayloadRedacted', position, stream, revision, id, redacted, reason, remainingHash };
};

/** A log's rows behind the redaction of these positions, each recorded at the log's end; `forge` changes what is recorded. */
export const redactedLog = (
  log: ReadonlyArray<LoggedEvent>,
  positions: ReadonlyArray<number>,
  forge: (record: PayloadRedacted) => PayloadRedacted = (record) => record,
  stream = auditStreamOf('node-1'),
): ReadonlyArray<LoggedEvent> => {
  const events = log.map((event) =>
    positions.includes(event.position)
      ? { ...event, payload: remainingOf(event.payload, redactableKeys(event)) }
      : event,
  );
  const chosen = positions.map((position) => must(E.fromNullable(position)(log[position])));
  const records = chosen.map((event) => forge(recordOf(event)));
  const recordedAt = log.at(-1)?.recordedAt ?? '';
  return logged([
    ...events,
    ...sealedIn(stream, undefined, records).map((event, revision) => ({
      ...event,
      stream,
      revision,
      recordedAt,
    })),
  ]);
};
