import { sha256 } from '../../adapters/system/sha256.ts';
import { type AuditEvent, auditEvents } from '../../domain/audit/events.ts';
import { seal } from '../../domain/chain.ts';
import { encodeEvent } from '../../domain/event.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { EventToAppend } from '../../domain/port/event-store.ts';
import { auditStream } from '../../domain/stream.ts';
import { incarnation, nodeName } from './events.ts';

export const auditStreamOf = (node: string): string =>
  auditStream('evio' as ClusterName, nodeName(node), incarnation);

/** Seals audit events of node-1's log behind its audit stream's head, as its agent does. */
export const audited = (
  head: { readonly revision: number; readonly hash: string } | undefined,
  ...events: ReadonlyArray<AuditEvent>
): { readonly stream: string; readonly events: ReadonlyArray<EventToAppend> } => {
  const stream = auditStreamOf('node-1');
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
  return { stream, events: seal(sha256, stream, head, unsealed) };
};
