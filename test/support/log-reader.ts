import { either as E } from 'fp-ts';
import { genesis, linkHash } from '../../domain/chain.ts';
import type { Decider } from '../../domain/decider.ts';
import { decodeEvent, type EventCodecs, type EventOf } from '../../domain/event.ts';
import type { Sha256 } from '../../domain/port/digest.ts';
import type { EventStore } from '../../domain/port/event-store.ts';

/** One stream as an auditor reads it, apart from whoever writes it. */
export type LogReader<State> = {
  /** Reads what is new; throws, by name, at an event that is out of order or does not follow from the one before. */
  readonly catchUp: () => Promise<void>;
  readonly state: () => State;
  readonly revision: () => number;
  readonly has: (eventId: string) => boolean;
};

/** Reads the stream from its beginning: folds it, checks payload hashes and the chain. */
export const readLog = async <Codecs extends EventCodecs, Command, State, Failure>(
  store: EventStore,
  stream: string,
  codecs: Codecs,
  decider: Decider<Command, EventOf<Codecs>, State, Failure>,
  sha256: Sha256,
): Promise<LogReader<State>> => {
  const decode = decodeEvent(codecs);
  const seen = new Set<string>();
  let state = decider.initialState();
  let revision = -1;
  let previous = genesis;
  const catchUp = async (): Promise<void> => {
    for await (const recorded of store.readStream(stream, revision + 1)) {
      const decoded = decode(recorded);
      if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left));
      const { id, type, payload, hash } = recorded;
      const { metadata, event } = decoded.right;
      revision += 1;
      const follows = linkHash(sha256, { previous, stream, revision, id, type, metadata });
      if (recorded.revision !== revision || follows !== hash || sha256(payload) !== metadata.payloadHash)
        throw new Error(`${type} at revision ${recorded.revision} does not follow from the one before`);
      previous = hash;
      seen.add(id);
      state = decider.evolve(state, event);
    }
  };
  await catchUp();
  return { catchUp, state: () => state, revision: () => revision, has: (id) => seen.has(id) };
};
