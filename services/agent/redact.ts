import { either as E } from 'fp-ts';
import type { RedactionTarget } from '../../domain/audit/command.ts';
import { audit } from '../../domain/audit/decider.ts';
import { type AuditEvent, auditEvents } from '../../domain/audit/events.ts';
import type { AuditFailure } from '../../domain/audit/failure.ts';
import type { RedactAnswer, RedactRequest, Target } from '../../domain/audit/redact-request.ts';
import { podsOf, redactableKeys, remainingOf } from '../../domain/audit/remaining.ts';
import { encodeEvent } from '../../domain/event.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { EventStore, RecordedEvent } from '../../domain/port/event-store.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { RedactionRefused } from '../../domain/port/payload-redactor.ts';
import { firstReader } from '../../domain/reader.ts';
import { type Loaded, loadState } from '../load-state.ts';
import { sealEvents } from '../seal-events.ts';
import type { StreamFailure } from '../transact.ts';
import type { Agent } from './agent.ts';
import { auditStreamOf } from './redactions.ts';

export type RedactFailure =
  | AuditFailure
  | RedactionRefused
  | StreamFailure
  | FilesFailure
  /** The log has no such event. */
  | { readonly type: 'no-such-event'; readonly target: Target };

type Outcome<A> = E.Either<RedactFailure, A>;

const encode = encodeEvent(auditEvents);

const isMeant = (target: Target): ((event: RecordedEvent) => boolean) => {
  if ('position' in target) return ({ position }) => position === target.position;
  if ('id' in target) return ({ id }) => id === target.id;
  return (event) => {
    return podsOf(event).some((pod) => `${pod.namespace}/${pod.name}` === target.pod);
  };
};

const find = async (log: EventStore, target: Target): Promise<Outcome<ReadonlyArray<RecordedEvent>>> => {
  const meant = isMeant(target);
  const found: RecordedEvent[] = [];
  try {
    for await (const event of log.readAll('position' in target ? target.position : 0, 'passed-over')) {
      if (meant(event)) found.push(event);
      if (!('pod' in target) && (found.length > 0 || 'position' in target)) break;
    }
  } catch (error) {
    return E.left({ type: 'unavailable', reason: error instanceof Error ? error.message : String(error) });
  }
  return found.length === 0 ? E.left({ type: 'no-such-event', target }) : E.right(found);
};

const wantedOf =
  (sha256: Sha256) =>
  (recorded: RecordedEvent): RedactionTarget => {
    const { position, stream, revision, id, type: event, payload } = recorded;
    const redacted = redactableKeys(recorded);
    const names = podsOf(recorded).flatMap(({ name, uid }) => (uid === undefined ? [name] : [name, uid]));
    const remainingHash = sha256(remainingOf(payload, redacted));
    return { position, stream, revision, id, redacted, remainingHash, event, names };
  };

/** What could not be cleared now is said, and cleared when it is asked for again, or when the log is opened next. */
const isCleared = async ({ redactor }: Agent['ports']): Promise<boolean> => {
  const cleared = await redactor.clearRemains()();
  return E.isRight(cleared) && cleared.right;
};

/** Takes what was decided out of the log and of all that repeats it: whether no byte of it is left in the log's files. */
const carryOut = async (
  { ports, host }: Agent,
  stream: string,
  { revision, hash }: Loaded<unknown>,
  found: ReadonlyArray<RecordedEvent>,
  decided: ReadonlyArray<AuditEvent>,
  by: string,
): Promise<Outcome<boolean>> => {
  const { ids, derived, redactor, ownLog } = ports;
  const correlationId = ids.random();
  const cause = { actor: `operator:${by}`, commandId: ids.derive(correlationId, 'redact'), correlationId };
  const writer = { stream, incarnation: ownLog.identity.logId };
  const sealed = sealEvents(
    ports,
    writer,
    { revision, hash },
    cause,
    decided.map((event) => encode(event)),
  );
  const payloadOf = new Map(found.map(({ id, payload }) => [id, payload]));
  const payloads = sealed.flatMap((event, index) => {
    const record = decided[index];
    const payload = record && payloadOf.get(record.id);
    return payload === undefined ? [] : [{ event, remaining: remainingOf(payload, record?.redacted ?? []) }];
  });
  const expectedRevision = revision === -1 ? 'no-stream' : revision;
  return host.whileChanged(async (): Promise<Outcome<boolean>> => {
    // Before: what derives from the log must not outlive a crash behind the redaction.
    const removed = await derived.remove()();
    if (E.isLeft(removed)) return removed;
    const redacted = await redactor.redact({ stream, expectedRevision, payloads })();
    if (E.isLeft(redacted)) return redacted;
    // And behind: an index may have been made in between.
    await derived.remove()();
    return E.right(await isCleared(ports));
  });
};

/**
 * Takes what names somebody out of payloads that are in the log, and records it in this log's audit stream. What was redacted before
 * is passed by; its remains are cleared again, which a reader may have prevented. ADDs wait until it is done.
 */
export const redact = (agent: Agent, request: RedactRequest): Promise<Outcome<RedactAnswer>> =>
  agent.turns.take('redact', async () => {
    const { ports, configuration, cluster } = agent;
    const { target, reason, by, dryRun } = request;
    const found = await find(ports.ownLog, target);
    if (E.isLeft(found)) return found;
    const stream = auditStreamOf(ports, configuration);
    const loaded = await loadState(ports.ownLog, { stream, codecs: auditEvents, decider: audit }, undefined);
    if (E.isLeft(loaded)) return loaded;
    const decided = audit.decide(
      {
        type: 'redact-payloads',
        targets: found.right.map(wantedOf(ports.sha256)),
        reason,
        minReader: cluster.state().configuration?.minReader ?? firstReader,
      },
      loaded.right.state,
    );
    if (E.isLeft(decided)) return decided;
    const fresh = new Set(decided.right.map(({ id }) => id));
    const events = found.right.map(({ position, id, type: event }) => ({
      position,
      id,
      event,
      state: fresh.has(id) ? ('redacted' as const) : ('redacted-before' as const),
    }));
    if (dryRun) return E.right({ dryRun, events });
    const cleared =
      fresh.size === 0
        ? E.right(await isCleared(ports))
        : await carryOut(agent, stream, loaded.right, found.right, decided.right, by);
    return E.isLeft(cleared) ? cleared : E.right({ dryRun, events, cleared: cleared.right });
  });
