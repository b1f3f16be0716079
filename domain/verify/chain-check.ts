import { either as E } from 'fp-ts';
import { genesis, linkHashOfText, logHash } from '../chain.ts';
import type { Metadata } from '../envelope.ts';
import type { Sha256 } from '../port/digest.ts';
import type { ArchivedRun } from '../port/drop-era.ts';
import type { StreamHead } from '../port/event-store.ts';
import type { LoggedEvent } from '../port/log-reader.ts';
import { parseSuperseded, supersededId } from '../superseded.ts';
import type { Fault, FaultType } from './fault.ts';
import { readMetadata } from './metadata-text.ts';
import {
  followRedactions,
  keepUnexplained,
  mayBeRedacted,
  type RedactionsState,
  startRedactions,
} from './redactions.ts';

/** A stream's last event so far. */
type Head = { -readonly [Key in keyof StreamHead]: StreamHead[Key] };

/** How far a log has been followed: one entry per stream, whatever its length. */
export type ChainState = {
  readonly sha256: Sha256;
  /** The position that must come next. */
  next: number;
  recordedAt: string;
  logHash: string;
  readonly heads: Map<string, Head>;
  readonly redactions: RedactionsState;
  /** What was passed over. */
  readonly archived: ArchivedRun[];
};

export const startChain = (sha256: Sha256): ChainState => ({
  sha256,
  next: 0,
  recordedAt: '',
  logHash: genesis,
  heads: new Map(),
  redactions: startRedactions(),
  archived: [],
});

const isText = (value: unknown): boolean => typeof value === 'string';

/**
 * A store may find a number or bytes where it had put a text: what it says of its types is not believed here. One by one: a search
 * through a list of names takes ten times as long.
 */
const strange = (event: LoggedEvent): string | undefined => {
  if (!isText(event.stream)) return 'stream';
  if (!isText(event.id)) return 'id';
  if (!isText(event.type)) return 'type';
  if (!isText(event.payload)) return 'payload';
  if (!isText(event.metadata)) return 'metadata';
  if (!isText(event.hash)) return 'hash';
  if (!isText(event.recordedAt)) return 'recordedAt';
  if (!isText(event.logHash)) return 'logHash';
  return Number.isSafeInteger(event.revision) ? undefined : 'revision';
};

const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What is wrong with an event: what, what is expected, what was found. */
type Misfit = readonly [FaultType, expected: unknown, found: unknown];

/** An event that fits to the one before it in its stream; a payload that is not the one of `payloadHash` may be a redacted one. */
type Linked = { readonly metadata: Metadata; readonly payloadHash: string };

/** Looks at an event as the next one of its stream. */
export const linkOf = (
  sha256: Sha256,
  head: Pick<StreamHead, 'revision' | 'hash'> | undefined,
  event: LoggedEvent,
): E.Either<Misfit, Linked> => {
  const { stream, revision, id, type, hash } = event;
  const follows = (head?.revision ?? -1) + 1;
  if (revision !== follows) return E.left(['revision', follows, revision]);
  const read = readMetadata(event);
  if (E.isLeft(read)) return E.left(['metadata', 'what every event carries, in canonical JSON', read.left]);
  const metadata = read.right;
  const payloadHash = sha256(event.payload);
  if (payloadHash !== metadata.payloadHash && !mayBeRedacted(event))
    return E.left(['payload', metadata.payloadHash, payloadHash]);
  const previous = head?.hash ?? genesis;
  const link = linkHashOfText(sha256, { previous, stream, revision, id, type, metadata }, event.metadata);
  return link === hash ? E.right({ metadata, payloadHash }) : E.left(['hash', link, hash]);
};

/**
 * What a stream's next event may stand behind, and the event as it was linked. A superseded stream's first one stands behind the stream that it was of, as
 * far as that goes by now, or behind another superseded end of it: which of them, the hash proves.
 */
const linking = (
  heads: ChainState['heads'],
  event: LoggedEvent,
): { readonly behind: ReadonlyArray<Head | undefined>; readonly event: LoggedEvent } => {
  const head = heads.get(event.stream);
  const superseded = parseSuperseded(event.stream);
  if (superseded === undefined) return { behind: [head], event };
  const { stream, epoch } = superseded;
  const asItWas = { ...event, stream, id: supersededId(event.id, epoch) };
  if (head !== undefined || event.revision === 0) return { behind: [head], event: asItWas };
  const before = [...heads].filter(([name]) => (parseSuperseded(name)?.stream ?? name) === stream);
  const fitting = before.map(([, end]) => end).filter(({ revision }) => revision === event.revision - 1);
  return { behind: fitting.length === 0 ? [heads.get(stream)] : fitting, event: asItWas };
};

const linkedAs = (state: ChainState, event: LoggedEvent): E.Either<Misfit, Linked> => {
  const { behind, event: asItWas } = linking(state.heads, event);
  const tried = behind.map((end) => linkOf(state.sha256, end, asItWas));
  return tried.find(E.isRight) ?? tried[0] ?? linkOf(state.sha256, undefined, asItWas);
};

/** Follows the chains over one more event; its metadata, or on the left the first thing about it that does not fit. */
export const followChain = (state: ChainState, event: LoggedEvent): E.Either<Fault, Metadata> => {
  const { sha256 } = state;
  const { position, stream, revision, id, type, hash, recordedAt } = event;
  const fault = (kind: FaultType, expected: unknown, found: unknown): E.Either<Fault, never> =>
    E.left({
      type: kind,
      position: kind === 'position' ? state.next : position,
      stream,
      revision,
      id,
      event: type,
      expected: String(expected),
      found: String(found),
    });

  if (position !== state.next) return fault('position', state.next, position);
  const column = strange(event);
  if (column !== undefined) return fault('unreadable', `a value in ${column}`, 'one of another kind');
  if (stream === '') return fault('stream', 'a stream of the log', 'none');
  const head = state.heads.get(stream);
  const linked = linkedAs(state, event);
  if (E.isLeft(linked)) return fault(...linked.left);
  const { metadata, payloadHash } = linked.right;
  // Most events share their stamp with the one before.
  if (recordedAt !== state.recordedAt && !stamp.test(recordedAt))
    return fault('recorded-at', 'a time in UTC with milliseconds', recordedAt);
  if (recordedAt < state.recordedAt) return fault('recorded-at', `${state.recordedAt} or later`, recordedAt);
  const logLink = logHash(sha256, state.logHash, position, hash, recordedAt);
  if (logLink !== event.logHash) return fault('log-hash', logLink, event.logHash);

  state.next = position + 1;
  state.recordedAt = recordedAt;
  state.logHash = logLink;
  if (head === undefined) state.heads.set(stream, { revision, hash, position });
  else {
    head.revision = revision;
    head.hash = hash;
    head.position = position;
  }
  const unexplained =
    payloadHash === metadata.payloadHash
      ? followRedactions(state.redactions, event, state.archived)
      : keepUnexplained(state.redactions, event, metadata.payloadHash, payloadHash);
  return unexplained === undefined ? E.right(metadata) : E.left(unexplained);
};

/**
 * Goes on behind archived events as the log says that their chains end: the next event proves the log's hash, the next era the
 * stream's. Gives what does not fit about where they stand.
 */
export const passArchived = (state: ChainState, run: ArchivedRun): Fault | undefined => {
  const { stream, from, to, fromRevision, toRevision, hash, logHash: end, recordedAt } = run;
  const follows = (state.heads.get(stream)?.revision ?? -1) + 1;
  if (fromRevision !== follows || toRevision - fromRevision !== to - from)
    return {
      type: 'revision',
      position: from,
      expected: `archived events from revision ${follows} of ${stream}`,
      found: `${fromRevision} to ${toRevision}`,
    };
  state.next = to + 1;
  state.logHash = end;
  state.recordedAt = recordedAt;
  state.heads.set(stream, { revision: toRevision, hash, position: to });
  state.archived.push(run);
  return undefined;
};
