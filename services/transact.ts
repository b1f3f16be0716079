import { either as E, type taskEither as TE } from 'fp-ts';
import type { Decider } from '../domain/decider.ts';
import { type EventCodecs, type EventOf, encodeEvent, type UnreadableEvent } from '../domain/event.ts';
import type { Clock } from '../domain/port/clock.ts';
import type { Sha256 } from '../domain/port/digest.ts';
import type {
  Append,
  AppendFailure,
  EventStore,
  EventToAppend,
  ReadFailure,
} from '../domain/port/event-store.ts';
import type { Ids } from '../domain/port/ids.ts';
import type { Aggregate, Outcome, Request } from './aggregate.ts';
import { type Foldable, keepingOf, type Loaded, loadState } from './load-state.ts';
import { type Cause, sealEvents } from './seal-events.ts';
import type { Snapshots } from './snapshots.ts';
import type { StreamFailure } from './stream-failure.ts';

export type TransactPorts = {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly sha256: Sha256;
  /** Without them, opening folds the whole stream. */
  readonly snapshots?: Snapshots | undefined;
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

  type Event = EventOf<Codecs>;

  /** Decides a request on a state, which is then the one behind it. */
  const decideOn = (
    on: Folded<State>,
    request: Request<Command, Failure>,
  ): Outcome<Event, Failure> & { readonly sealed: ReadonlyArray<EventToAppend> } => {
    const events: Event[] = [];
    const sealed: EventToAppend[] = [];
    const follow = (decided: ReadonlyArray<Event>, cause: Cause): void => {
      if (decided.length === 0) return;
      const encoded = decided.map((event) => encode(event, reader?.(on.state, event)));
      sealed.push(...sealEvents(ports, { stream, incarnation }, on, cause, encoded));
      events.push(...decided);
      for (const event of decided) on.state = decider.evolve(on.state, event);
      on.revision += decided.length;
      on.hash = sealed.at(-1)?.hash;
    };
    for (const { command, cause, refused } of request) {
      const decision = decider.decide(command, on.state);
      if (E.isRight(decision)) {
        follow(decision.right, cause);
        continue;
      }
      const instead = refused && decider.decide(refused(decision.left), on.state);
      if (instead !== undefined && E.isRight(instead)) follow(instead.right, cause);
      return { events, sealed, refusal: decision.left };
    }
    return { events, sealed };
  };

  const transactAll =
    (
      requests: ReadonlyArray<Request<Command, Failure>>,
      durability: Append['durability'] = 'fsync',
    ): TE.TaskEither<StreamFailure, ReadonlyArray<Outcome<Event, Failure>>> =>
    async () => {
      while (stale) {
        const refreshed = await refresh();
        if (E.isLeft(refreshed)) return refreshed;
      }
      const decidedOn = current;
      const expectedRevision = decidedOn.revision === -1 ? 'no-stream' : decidedOn.revision;
      const outcomes = requests.map((request) => decideOn(decidedOn, request));
      const events = outcomes.flatMap(({ sealed }) => sealed);
      if (events.length === 0) {
        if (outcomes.every(({ refusal }) => refusal !== undefined)) return E.right(outcomes);
        const done = await decidedOn.settled;
        return E.isLeft(done) ? done : E.right(outcomes);
      }
      const appending = store.append({ stream, expectedRevision, events, durability })();
      decidedOn.settled = bothSettled(decidedOn.settled, appending);
      const appended = await appending;
      if (E.isRight(appended)) {
        if (durability === 'fsync') flushed = Math.max(flushed, appended.right.revision);
        return E.right(outcomes);
      }
      if (current === decidedOn) {
        stale = true;
        await refresh();
      }
      return appended;
    };

  const transact =
    (
      command: Command,
      cause: Cause,
      durability?: Append['durability'],
    ): TE.TaskEither<Failure | StreamFailure, ReadonlyArray<Event>> =>
    async () => {
      const decided = await transactAll([[{ command, cause }]], durability)();
      if (E.isLeft(decided)) return decided;
      const [{ events, refusal } = { events: [] }] = decided.right;
      return refusal === undefined ? E.right(events) : E.left(refusal);
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
    transactAll,
    flush,
    whileChanged,
    keep,
  });
};
