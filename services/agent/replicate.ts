import { either as E } from 'fp-ts';
import type { clusterEvents } from '../../domain/cluster/events.ts';
import { decodeEvent } from '../../domain/event.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { EventStore, LogIdentity, RecordedEvent, StreamHead } from '../../domain/port/event-store.ts';
import type { Files, FilesFailure } from '../../domain/port/files.ts';
import { fitsBehind } from '../../domain/ship/fits-behind.ts';
import { ledgerMarkText, parseLedgerMark } from '../../domain/ship/ledger-mark.ts';
import { mayFollow, type ReplicaFailure } from '../../domain/ship/may-follow.ts';
import { eventAt } from '../event-at.ts';
import { eachEvent } from '../follow.ts';
import { gather } from '../gather.ts';
import type { StreamFailure } from '../stream-failure.ts';
import { beginEpoch, type NewEpoch } from './begin-epoch.ts';
import { type OwnLogFailed, ofOwnLog } from './own-log.ts';

/** A replica of a cluster's stream in a node's own log, and the ledger that it is of. */
export type Replicating = {
  readonly ownLog: EventStore;
  readonly ledger: EventStore;
  readonly stream: string;
  readonly sha256: Sha256;
  /** Which decisions are read; at another one it ends. */
  readonly codecs: typeof clusterEvents;
  readonly files: Files;
  /** The file beside the own log that says of which ledger the replica is. */
  readonly markPath: string;
  /** Waits a moment for what comes behind a decision, or until the signal aborts: a thousand nodes are told of each that joins, and mostly it concerns none of them. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
  /** Absent: a ledger that was restored is not followed any more. */
  readonly newEpoch?: NewEpoch;
  /** Called behind each append of what was copied. */
  readonly wrote?: () => void;
};

export type ReplicateFailure =
  | StreamFailure
  | ReplicaFailure
  | FilesFailure
  | OwnLogFailed
  | { readonly type: 'ledger-mark-unreadable'; readonly path: string };

type CopyFailure = StreamFailure | ReplicaFailure | OwnLogFailed;

/** Where a replica ends, and the ledger's position behind that event. */
export type ReplicaPlace = { readonly end: StreamHead | undefined; readonly from: number };

/** While some events are written, the next ones gather: at most so many are held. */
const gatheredAtOnce = 500;

const readMark = async ({
  files,
  markPath: path,
}: Replicating): Promise<E.Either<ReplicateFailure, LogIdentity | undefined>> => {
  const text = await files.read(path)();
  if (E.isLeft(text)) return text;
  if (text.right === undefined) return E.right(undefined);
  const mark = parseLedgerMark(text.right);
  return mark === undefined ? E.left({ type: 'ledger-mark-unreadable', path }) : E.right(mark);
};

const writeMark = async ({
  files,
  markPath,
  ledger,
}: Replicating): Promise<E.Either<FilesFailure, undefined>> =>
  E.map(() => undefined)(await files.write(markPath, ledgerMarkText(ledger.identity), 0o600)());

/** Of which ledger the replica is now: when that was restored since, the replica is made one of its new epoch. */
const knownOf = async (
  replicating: Replicating,
): Promise<E.Either<ReplicateFailure, LogIdentity | undefined>> => {
  const known = await readMark(replicating);
  if (E.isLeft(known) || known.right === undefined) return known;
  const { ledger, newEpoch } = replicating;
  const { logId, epoch } = ledger.identity;
  if (newEpoch === undefined || known.right.logId !== logId || known.right.epoch >= epoch) return known;
  const begun = await beginEpoch(replicating, known.right, newEpoch, () => writeMark(replicating));
  return E.isLeft(begun) ? begun : E.right(ledger.identity);
};

/**
 * Where the replica ends, when it may follow this ledger: the same log and epoch, and the same event there. The first contact is written
 * down before anything is copied, and so is the first one with a later epoch.
 */
export const placeOfReplica = async (
  replicating: Replicating,
): Promise<E.Either<ReplicateFailure, ReplicaPlace>> => {
  const { ownLog, ledger, stream } = replicating;
  const known = await knownOf(replicating);
  if (E.isLeft(known)) return known;
  const own = ofOwnLog(await ownLog.head(stream)());
  if (E.isLeft(own)) return own;
  const end = own.right;
  // Another log may not even have a place that this one has.
  const named = mayFollow(stream, known.right, ledger.identity, undefined, undefined);
  if (E.isLeft(named)) return named;
  const found = end === undefined ? E.right(undefined) : await eventAt(ledger, stream, end.revision);
  if (E.isLeft(found)) return found;
  const there = found.right;
  const may = mayFollow(stream, known.right, ledger.identity, end, there);
  if (E.isLeft(may)) return may;
  if (known.right === undefined) {
    const marked = await writeMark(replicating);
    if (E.isLeft(marked)) return marked;
  }
  return E.right({ end, from: (there?.position ?? -1) + 1 });
};

/**
 * Copies the cluster's stream into the own log as it is, event by event of its chain. Stops at one that does not fit the one before, and
 * at one that this program cannot read: nothing behind it is copied. Resolves with a failure, or when the signal aborts.
 */
export const replicate = (
  { ownLog, ledger, stream, sha256, codecs, wrote, pause }: Replicating,
  place: ReplicaPlace,
  signal: AbortSignal,
): Promise<E.Either<CopyFailure, undefined>> => {
  const decode = decodeEvent(codecs);
  let end: { readonly revision: number; readonly hash: string } | undefined = place.end;

  /** As many as are sound, and what is wrong with the first that is not. */
  const sound = (events: ReadonlyArray<RecordedEvent>) => {
    let last = end;
    for (const [index, event] of events.entries()) {
      const decoded = decode(event);
      if (E.isLeft(decoded)) return { copied: events.slice(0, index), failure: decoded.left };
      if (!fitsBehind(sha256, last, event, decoded.right.metadata)) {
        const { revision } = event;
        const failure = { type: 'replica-diverged' as const, stream, revision };
        return { copied: events.slice(0, index), failure };
      }
      last = event;
    }
    return { copied: events, failure: undefined };
  };

  const copy = async (events: ReadonlyArray<RecordedEvent>): Promise<E.Either<CopyFailure, undefined>> => {
    const { copied, failure } = sound(events);
    const last = copied.at(-1);
    if (last !== undefined) {
      const appended = ofOwnLog(
        await ownLog.append({
          stream,
          expectedRevision: end?.revision ?? 'no-stream',
          // Should a power cut take it, it comes again. Followers of the own log see it when it is on disk.
          durability: 'written',
          events: copied.map(({ id, type, payload, metadata, hash }) => ({
            id,
            type,
            payload,
            metadata,
            hash,
          })),
        })(),
      );
      if (E.isLeft(appended)) return appended;
      end = last;
      wrote?.();
      if (events.length < gatheredAtOnce && failure === undefined) {
        // While it catches up it leaves the disk to the log. A disk that refuses is told of, and not only that nothing is learnt.
        const flushed = ofOwnLog(await ownLog.flush()());
        if (E.isLeft(flushed)) return flushed;
      }
    }
    return failure === undefined ? E.right(undefined) : E.left(failure);
  };

  const coming = gather(
    (until) => ledger.subscribe({ stream, from: place.from, signal: until }),
    gatheredAtOnce,
    signal,
    pause,
  );
  return eachEvent<CopyFailure, ReadonlyArray<RecordedEvent>>(coming, copy);
};
