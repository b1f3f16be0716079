import { either as E, type taskEither as TE } from 'fp-ts';
import type { Decider } from '../domain/decider.ts';
import { type EventCodecs, type EventOf, encodeEvent, type UnreadableEvent } from '../domain/event.ts';
import type { Clock } from '../domain/port/clock.ts';
import type { Sha256 } from '../domain/port/digest.ts';
import type { Append, AppendFailure, EventStore, ReadFailure } from '../domain/port/event-store.ts';
import type { Ids } from '../domain/port/ids.ts';
import { type Foldable, keepingOf, type Loaded, loadState } from './load-state.ts';
import { type Cause, sealEvents } from './seal-events.ts';
import type { Snapshots } from './snapshots.ts';

export type TransactPorts = {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly sha256: Sha256;
  /** Without them, opening folds the whole stream. */
  readonly snapshots?: Snapshots | undefined;
};

export type StreamFailure = AppendFailure | ReadFailure | UnreadableEvent;

const streamFailures: Readonly<Record<StreamFailure['type'], true>> = {
  conflict: true,
  'duplicate-event-id': true,
  unavailable: true,
  archived: true,
  'unreadable-envelope': true,
  'unknown-event': true,
  'unreadable-payload': true,
};

/** Whether the log failed, and not a decision refused. */
export const isStreamFailure = <Failure extends { readonly type: string }>(
  failure: Failure | StreamFailure,
): failure is StreamFailure => failure.type in streamFailures;

/** One stream's current state in memory, and the only way to change it. */
export type Aggregate<Command, Event, State, Failure> = {
  /**
   * To be read, never changed; a state already decided upon, whose events may still be on their way to the disk. When they do
   * not arrive it is the log's own state again before anybody hears of the failure.
   */
  readonly state: () => Readonly<State>;
  /** The last event's revision; −1 for an empty stream. */
  readonly revision: () => number;
  /** The last event's revision and hash; `undefined` for an empty stream, and while it is being read again. */
  readonly head: () => { readonly revision: number; readonly hash: string } | undefined;
  /** Decides at once, in the order of calls, and resolves with the new events when they are in the log. */
  readonly transact: (
    command: Command,
    cause: Cause,
    durability?: Append['durability'],
  ) => TE.TaskEither<Failure | StreamFailure, ReadonlyArray<Event>>;
  /** Resolves when all that was decided before is on disk, what was only `written` included. */
  readonly flush: TE.TaskEither<StreamFailure, void>;
  /**
   * For what changes events of this stream that are in the log already: nothing is decided and no snapshot is stored while it
   * happens, and the state is folded from the log again behind it.
   */
  readonly whileChanged: <A>(change: () => Promise<A>) => Promise<A>;
  /** Stores a snapshot when all of the state is on disk and it is so many events newer than the last; else does nothing. */
  readonly keep: (distance: number) => Promise<void>;
};

type Folded<State> = {
  state: State;
  revision: number;
  hash: string | undefined;
  /** Resolves when every append that this state rests on is settled: with the first that failed. */
  settled: Promise<E.Either<AppendFailure, unknown>>;
};

const bothSettled: (
  before: Promise<E.Either<AppendFailure, unknown>>,
  last: Promise<E.Either<AppendFailure, unknown>>,
) => Promise<E.Either<AppendFailure, unknown>> = async (before, last) => {
  const [first, second] = await Promise.all([before, last]);
  return E.isLeft(first) ? first : second;
};

const foldedFrom = <State>({ state, revision, hash }: Loaded<State>): Folded<State> => ({
  state,
  revision,
  hash,
  settled: Promise.resolve(E.right(undefined)),
});

/**
 * Folds a stream and keeps its state current: decide → evolve → append with the expected revision. Commands that come while an
 * append is under way decide on the state behind it, and the store commits them together. When an append fails, everything
 * decided since is void: those appends fail too, and when the last of them has, the state is folded from the log again, before
 * the next decision. A command that finds nothing left to do is answered when what did it is in the log.
 */
export const openAggregate = async <Codecs extends EventCodecs, Command, State, Failure>(
  ports: TransactPorts,
  aggregate: Foldable<Codecs, State> & {
    readonly decider: Decider<Command, EventOf<Codecs>, State, Failure>;
    readonly incarnation: string;
    /** The oldest program that must read what is written now; absent: all are of this one's generation. */
    readonly reader?: (state: Readonly<State>, event: EventOf<Codecs>) => number;
  },
): Promise<E.Either<UnreadableEvent | ReadFailure, Aggregate<Command, EventOf<Codecs>, State, Failure>>> => {
  const { store, snapshots } = ports;
  const { stream, codecs, decider, incarnation, reader } = aggregate;
  const encode = encodeEvent(codecs);
  const keeping = keepingOf(store, aggregate, snapshots);
  const load = () => loadState(store, aggregate, keeping);

  const first = await load();
  if (E.isLeft(first)) return first;
  let current = foldedFrom(first.right);
  let { keptAt } = first.right;
  /** The last revision known to be on disk, and everything before it. */
  let flushed = current.revision;
  let stale = false;
  let reload: Promise<E.Either<StreamFailure, undefined>> | undefined;
  let storing: Promise<void> = Promise.resolve();

  const foldAgain = async (): Promise<E.Either<StreamFailure, undefined>> => {
    const loaded = await load();
    reload = undefined;
    if (E.isLeft(loaded)) return loaded;
    current = foldedFrom(loaded.right);
    keptAt = loaded.right.keptAt;
    stale = false;
    return E.right(undefined);
  };

  const refresh = (): Promise<E.Either<StreamFailure, undefined>> => {
    reload ??= current.settled.then(foldAgain);
    return reload;
  };

  const transact =
    (
      command: Command,
      cause: Cause,
      durability: Append['durability'] = 'fsync',
    ): TE.TaskEither<Failure | StreamFailure, ReadonlyArray<EventOf<Codecs>>> =>
    async () => {
      while (stale) {
        const refreshed = await refresh();
        if (E.isLeft(refreshed)) return refreshed;
      }
      const decidedOn = current;
      const decision = decider.decide(command, decidedOn.state);
      if (E.isLeft(decision)) return decision;
      if (decision.right.length === 0) {
        const done = await decidedOn.settled;
        return E.isLeft(done) ? done : decision;
      }
      const events = decision.right;
      const encoded = events.map((event) => encode(event, reader?.(decidedOn.state, event)));
      const sealed = sealEvents(ports, { stream, incarnation }, decidedOn, cause, encoded);
      const expectedRevision = decidedOn.revision === -1 ? 'no-stream' : decidedOn.revision;
      for (const event of events) decidedOn.state = decider.evolve(decidedOn.state, event);
      decidedOn.revision += events.length;
      decidedOn.hash = sealed.at(-1)?.hash;
      const appending = store.append({ stream, expectedRevision, events: sealed, durability })();
      decidedOn.settled = bothSettled(decidedOn.settled, appending);
      const appended = await appending;
      if (E.isRight(appended)) {
        if (durability === 'fsync') flushed = Math.max(flushed, appended.right.revision);
        return E.right(events);
      }
      if (current === decidedOn) {
        stale = true;
        await refresh();
      }
      return appended;
    };

  const flush: TE.TaskEither<StreamFailure, void> = async () => {
    const { revision, settled } = current;
    const outcome = await store.flush()();
    if (E.isLeft(outcome)) return outcome;
    const arrived = await settled;
    if (E.isLeft(arrived)) return arrived;
    flushed = Math.max(flushed, revision);
    return E.right(undefined);
  };

  const keep = async (distance: number): Promise<void> => {
    if (keeping === undefined || current.revision - keptAt < distance) return;
    if (current.revision !== flushed) await flush();
    const { state, revision, hash } = current;
    if (hash === undefined || stale || revision !== flushed) return;
    keptAt = revision;
    storing = keeping.snapshots.store(keeping.of, { state, at: { revision, hash } });
    await storing;
  };

  const whileChanged = async <A>(change: () => Promise<A>): Promise<A> => {
    while (reload !== undefined) await reload;
    stale = true;
    const changed = Promise.all([current.settled, storing]).then(change);
    reload = changed.then(foldAgain, foldAgain);
    await reload;
    return changed;
  };

  return E.right({
    state: () => current.state,
    revision: () => current.revision,
    head: () => {
      const { revision, hash } = current;
      return stale || hash === undefined ? undefined : { revision, hash };
    },
    transact,
    flush,
    whileChanged,
    keep,
  });
};
