import { either as E } from 'fp-ts';
import type { Decider } from '../domain/decider.ts';
import { decodeEvent, type EventCodecs, type EventOf, type UnreadableEvent } from '../domain/event.ts';
import type { EventStore, ReadFailure } from '../domain/port/event-store.ts';
import type { StateCodec } from '../domain/snapshot/state-codec.ts';
import type { SnapshotOf, Snapshots } from './snapshots.ts';

/** A stream and what it folds to. */
export type Foldable<Codecs extends EventCodecs, State> = {
  readonly stream: string;
  readonly codecs: Codecs;
  readonly decider: Pick<Decider<never, EventOf<Codecs>, State, unknown>, 'initialState' | 'evolve'>;
  /** How the state is kept; without it every load folds the whole stream. */
  readonly codec?: StateCodec<State>;
};

/** Where snapshots of a stream's state lie; `undefined` when none are kept. */
export type Keeping<State> = { readonly snapshots: Snapshots; readonly of: SnapshotOf<State> };

export type Loaded<State> = {
  readonly state: State;
  /** The last event's; −1 and `undefined` for an empty stream. */
  readonly revision: number;
  readonly hash: string | undefined;
  /** The revision of the snapshot that was used; −1 when all was folded. */
  readonly keptAt: number;
};

export const keepingOf = <Codecs extends EventCodecs, State>(
  store: EventStore,
  { stream, codec }: Foldable<Codecs, State>,
  snapshots: Snapshots | undefined,
): Keeping<State> | undefined =>
  snapshots === undefined || codec === undefined
    ? undefined
    : { snapshots, of: { codec, identity: store.identity, source: stream } };

/** The hash of a stream's event at a revision; throws as reading does. */
const hashAt =
  (store: EventStore, stream: string) =>
  async (revision: number): Promise<string | undefined> => {
    for await (const recorded of store.readStream(stream, revision)) return recorded.hash;
    return undefined;
  };

const isEmpty = async (store: EventStore, stream: string): Promise<boolean> => {
  const head = await store.head(stream)();
  return E.isRight(head) && head.right === undefined;
};

/** A stream's state: from its snapshot and the events behind that or, without one that stands, from the beginning. */
export const loadState = async <Codecs extends EventCodecs, State>(
  store: EventStore,
  { stream, codecs, decider }: Foldable<Codecs, State>,
  keeping: Keeping<State> | undefined,
): Promise<E.Either<UnreadableEvent | ReadFailure, Loaded<State>>> => {
  const decode = decodeEvent(codecs);
  try {
    const kept =
      keeping === undefined || (await isEmpty(store, stream))
        ? undefined
        : await keeping.snapshots.load(keeping.of, hashAt(store, stream));
    const keptAt = kept?.at.revision ?? -1;
    let state = kept?.state ?? decider.initialState();
    let revision = keptAt;
    let hash = kept?.at.hash;
    for await (const recorded of store.readStream(stream, keptAt + 1)) {
      const decoded = decode(recorded);
      if (E.isLeft(decoded)) return decoded;
      state = decider.evolve(state, decoded.right.event);
      revision = recorded.revision;
      hash = recorded.hash;
    }
    return E.right({ state, revision, hash, keptAt });
  } catch (error) {
    return E.left({ type: 'unavailable', reason: error instanceof Error ? error.message : String(error) });
  }
};
