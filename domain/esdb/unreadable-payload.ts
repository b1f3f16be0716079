import { either as E } from 'fp-ts';
import { auditEvents } from '../audit/events.ts';
import { clusterEvents } from '../cluster/events.ts';
import { decodePayload } from '../event.ts';
import { hostEvents } from '../host/events.ts';
import { logEvents } from '../log/events.ts';
import { isAuditStream } from '../stream.ts';
import type { LedgerEvent } from './ledger-event.ts';

const decodeHost = decodePayload(hostEvents);
const decodeCluster = decodePayload(clusterEvents);
const decodeAudit = decodePayload(auditEvents);
const decodeLog = decodePayload(logEvents);

const decoderOf = (stream: string) => {
  if (stream.startsWith('host-')) return decodeHost;
  if (stream.startsWith('cluster-')) return decodeCluster;
  return isAuditStream(stream) ? decodeAudit : decodeLog;
};

/**
 * Which keys of an event's payload are not as its type and version have them; `undefined` when all are, and for what only a newer
 * program knows: a node may be ahead of the server. Every follower would stop at the one, none at the other that has a reason to.
 */
export const unreadablePayload = (
  stream: string,
  { envelope, ...event }: LedgerEvent,
): string | undefined => {
  const recorded = { ...event, stream, revision: 0, position: 0, recordedAt: '' };
  const decoded = decoderOf(stream)(recorded, envelope);
  return E.isLeft(decoded) && decoded.left.type === 'unreadable-payload' ? decoded.left.reason : undefined;
};
