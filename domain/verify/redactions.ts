import { either as E } from 'fp-ts';
import { auditEvents, type PayloadRedacted } from '../audit/events.ts';
import { couldRemain } from '../audit/remaining.ts';
import { decodeEvent, type Recorded } from '../event.ts';
import { hostEvents } from '../host/events.ts';
import type { ArchivedRun } from '../port/drop-era.ts';
import type { LoggedEvent } from '../port/log-reader.ts';
import { isAuditStream } from '../stream.ts';
import type { Fault, FaultType, Place } from './fault.ts';
import { placeOf } from './place.ts';

/** Payloads that somebody redacted for one reason. */
export type Redacted = {
  /** `operator:root` */
  readonly by: string;
  readonly reason: string;
  /** The writer's time of the first record and of the last, RFC 3339 UTC. */
  readonly first: string;
  readonly last: string;
  /** Of the payloads. */
  readonly positions: ReadonlyArray<number>;
};

/** A payload that is not the one that was hashed, and may turn out to be what a redaction left of that. */
type Unexplained = Required<Place> & { readonly expected: string; readonly found: string };

type Group = Redacted & { last: string; readonly positions: number[] };

export type RedactionsState = {
  /** By the events' ids, in the order of the log: as many as are not yet followed by the event that explains them. */
  readonly unexplained: Map<string, Unexplained>;
  readonly groups: Map<string, Group>;
};

export const startRedactions = (): RedactionsState => ({ unexplained: new Map(), groups: new Map() });

/** So many payloads may wait for their explanation: some 40 MiB. */
const mostUnexplained = 100_000;

const decodeHostEvent = decodeEvent(hostEvents);
const decodeAuditEvent = decodeEvent(auditEvents);

/** Whether a payload that is not the one that was hashed is still all that its event needs, without what names somebody. */
export const mayBeRedacted = (event: LoggedEvent): boolean =>
  couldRemain(event) && E.isRight(decodeHostEvent(event));

const fault = (type: FaultType, place: Place, expected: string, found: string): Fault => ({
  type,
  ...place,
  expected,
  found,
});

/** Keeps a payload in mind until the log explains it. */
export const keepUnexplained = (
  { unexplained }: RedactionsState,
  event: LoggedEvent,
  expected: string,
  found: string,
): Fault | undefined => {
  if (unexplained.size === mostUnexplained)
    return fault(
      'unexplained',
      placeOf(event),
      `at most ${mostUnexplained} payloads that differ before the events that say why`,
      'one more',
    );
  unexplained.set(event.id, { ...placeOf(event), expected, found });
  return undefined;
};

const settle = (
  { unexplained, groups }: RedactionsState,
  recorded: LoggedEvent,
  { event, metadata }: Recorded<PayloadRedacted>,
  archived: ReadonlyArray<ArchivedRun>,
): Fault | undefined => {
  const { position, stream, revision, id, remainingHash, reason } = event;
  const payload = unexplained.get(id);
  const said = `a redacted payload at position ${position} (revision ${revision} of ${stream}, id ${id})`;
  const isArchived = archived.some(
    (run) => run.stream === stream && run.from <= position && position <= run.to,
  );
  if (payload === undefined && isArchived) return undefined;
  if (payload === undefined)
    return fault('redaction', placeOf(recorded), said, 'no such event, or its payload whole');
  if (payload.position !== position || payload.stream !== stream || payload.revision !== revision) {
    const found = `it at position ${payload.position} (revision ${payload.revision} of ${payload.stream})`;
    return fault('redaction', placeOf(recorded), said, found);
  }
  if (payload.found !== remainingHash)
    return { ...payload, type: 'redacted-payload', expected: remainingHash };
  unexplained.delete(id);
  const { actor: by, time } = metadata;
  const key = JSON.stringify([by, reason]);
  const group = groups.get(key) ?? { by, reason, first: time, last: time, positions: [] };
  groups.set(key, group);
  group.last = time;
  group.positions.push(position);
  return undefined;
};

/**
 * Takes in the next event of a log: a record of a redaction explains one payload before it, or is a fault. What it says of an event
 * that is archived cannot be looked at.
 */
export const followRedactions = (
  state: RedactionsState,
  event: LoggedEvent,
  archived: ReadonlyArray<ArchivedRun>,
): Fault | undefined => {
  if (event.type !== 'PayloadRedacted' || !isAuditStream(event.stream)) return undefined;
  const decoded = decodeAuditEvent(event);
  if (E.isRight(decoded)) return settle(state, event, decoded.right, archived);
  const { left } = decoded;
  return left.type === 'unknown-event'
    ? fault(
        'unknown-event',
        placeOf(event),
        'an event that this program knows',
        `${left.event} version ${left.version}`,
      )
    : fault('unreadable', placeOf(event), 'a readable event', left.reason);
};

/** At the log's end: the first payload that is not the one that was hashed, and that nothing explains. */
export const leftUnexplained = ({ unexplained }: RedactionsState): Fault | undefined => {
  for (const payload of unexplained.values()) return { ...payload, type: 'payload' };
  return undefined;
};

/** All that were redacted, in the order in which they were. */
export const redactedIn = ({ groups }: RedactionsState): ReadonlyArray<Redacted> => [...groups.values()];
