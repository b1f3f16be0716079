import { either as E } from 'fp-ts';
import type { RedactionTarget } from '../../domain/audit/command.ts';
import { audit } from '../../domain/audit/decider.ts';
import { type AuditEvent, auditEvents } from '../../domain/audit/events.ts';
import type { AuditFailure } from '../../domain/audit/failure.ts';
import type { RedactAnswer, RedactRequest, Target } from '../../domain/audit/redact-request.ts';
import { podsOf, redactableKeys, remainingOf } from '../../domain/audit/remaining.ts';
import { encodeEvent } from '../../domain/event.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { RecordedEvent } from '../../domain/port/event-store.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { RedactionRefused } from '../../domain/port/payload-redactor.ts';
import { newestReader } from '../../domain/reader.ts';
import { type Loaded, loadState } from '../load-state.ts';
import { sealEvents } from '../seal-events.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { Agent } from './agent.ts';
import { halfArchived, type Search, search } from './redactable.ts';
import { ownAuditStream } from './redactions.ts';

export type RedactFailure =
  | AuditFailure
  | RedactionRefused
  | StreamFailure
  | FilesFailure
  /** A part of the stream is dropped already, and its archive holds it whole. */
  | { readonly type: 'half-archived'; readonly stream: string }
  /** The log has no such event. */
  | { readonly type: 'no-such-event'; readonly target: Target };

type Outcome<A> = E.Either<RedactFailure, A>;

const encode = encodeEvent(auditEvents);

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

/** Takes what was decided out of the log: whether no byte of it is left in the log's files. */
const carryOut = async (
  { ports }: Agent,
  stream: string,
  { revision, hash }: Loaded<unknown>,
  found: ReadonlyArray<RecordedEvent>,
  decided: ReadonlyArray<AuditEvent>,
  by: string,
): Promise<Outcome<boolean>> => {
  const { ids, redactor, ownLog } = ports;
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
  const redacted = await redactor.redact({ stream, expectedRevision, payloads })();
  return E.isLeft(redacted) ? redacted : E.right(await isCleared(ports));
};

type Decided = {
  readonly stream: string;
  readonly loaded: Loaded<unknown>;
  readonly events: ReadonlyArray<AuditEvent>;
};

const decide = async (
  { ports, configuration, cluster }: Agent,
  { reason }: RedactRequest,
  found: ReadonlyArray<RecordedEvent>,
): Promise<Outcome<Decided>> => {
  const half = await halfArchived(ports.ownLog, found);
  if (half !== undefined) return E.left({ type: 'half-archived', stream: half });
  const stream = ownAuditStream(ports, configuration);
  const loaded = await loadState(ports.ownLog, { stream, codecs: auditEvents, decider: audit }, undefined);
  if (E.isLeft(loaded)) return loaded;
  const decided = audit.decide(
    {
      type: 'redact-payloads',
      targets: found.map(wantedOf(ports.sha256)),
      reason,
      // Without a cluster nobody but this node reads its log.
      minReader: cluster.state().configuration?.minReader ?? newestReader,
    },
    loaded.right.state,
  );
  return E.isLeft(decided) ? decided : E.right({ stream, loaded: loaded.right, events: decided.right });
};

const answerOf = (
  found: ReadonlyArray<RecordedEvent>,
  decided: ReadonlyArray<AuditEvent>,
): Omit<RedactAnswer, 'dryRun' | 'cleared'> => {
  const fresh = new Set(decided.map(({ id }) => id));
  return {
    events: found.map(({ position, id, type: event }) => ({
      position,
      id,
      event,
      state: fresh.has(id) ? ('redacted' as const) : ('redacted-before' as const),
    })),
  };
};

/** With what was appended since the search: an era that began meanwhile carries the names of the one before. */
const redactNow = async (
  agent: Agent,
  request: RedactRequest,
  { found, end }: Search,
): Promise<Outcome<RedactAnswer>> => {
  const { ownLog, derived } = agent.ports;
  const { target, dryRun, by } = request;
  const late = 'pod' in target ? await search(ownLog, target, end) : E.right({ found: [] });
  if (E.isLeft(late)) return late;
  const all = [...found, ...late.right.found];
  const decided = await decide(agent, request, all);
  if (E.isLeft(decided)) return decided;
  const { stream, loaded, events } = decided.right;
  // Before: what derives from the log must not outlive a crash behind the redaction.
  const removed = await derived.remove()();
  if (E.isLeft(removed)) return removed;
  const cleared = await carryOut(agent, stream, loaded, all, events, by);
  // And behind: an index may have been made in between.
  await derived.remove()();
  return E.isLeft(cleared) ? cleared : E.right({ dryRun, ...answerOf(all, events), cleared: cleared.right });
};

/** Looks through the log, and keeps for whoever asks how far it is. */
const searchTold = async (
  { ports, hostStream, redaction }: Agent,
  target: Target,
): ReturnType<typeof search> => {
  const head = await ports.ownLog.head(hostStream())();
  const of = E.isRight(head) ? (head.right?.position ?? -1) + 1 : 0;
  try {
    return await search(ports.ownLog, target, undefined, (end) => {
      redaction.looked = { done: end, of: Math.max(of, end) };
    });
  } finally {
    redaction.looked = undefined;
  }
};

/**
 * Takes what names somebody out of payloads that are in the log, and records it in this log's audit stream. What was redacted before
 * is passed by; its remains are cleared again, which a reader may have prevented. ADDs wait until it is done.
 */
export const redact = (agent: Agent, request: RedactRequest): Promise<Outcome<RedactAnswer>> =>
  agent.otherTurns.take('redact', async () => {
    const { ports, host } = agent;
    const { target, dryRun } = request;
    const searched = await searchTold(agent, target);
    if (E.isLeft(searched)) return searched;
    const { found, isPartial } = searched.right;
    if (found.length === 0) {
      // Of a pod of an archived era the index still knows.
      if ('pod' in target && isPartial && !dryRun) await ports.derived.remove()();
      return E.left({ type: 'no-such-event', target });
    }
    const decided = await decide(agent, request, found);
    if (E.isLeft(decided)) return decided;
    const { events } = decided.right;
    if (dryRun) return E.right({ dryRun, ...answerOf(found, events) });
    return events.length === 0
      ? E.right({ dryRun, ...answerOf(found, events), cleared: await isCleared(ports) })
      : host.whileChanged(() => redactNow(agent, request, searched.right));
  });
