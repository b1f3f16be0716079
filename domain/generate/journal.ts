import { either as E } from 'fp-ts';
import { seal } from '../chain.ts';
import type { Decider } from '../decider.ts';
import { type EventCodecs, type EventOf, encodeEvent } from '../event.ts';
import type { Sha256 } from '../port/digest.ts';
import type { Append } from '../port/event-store.ts';
import type { Ids } from '../port/ids.ts';

/** What reached the log at one moment: for one commit, under one stamp of the store. */
export type Batch = { readonly recordedAt: string; readonly appends: ReadonlyArray<Append> };

export type Cause = { readonly actor: string; readonly commandId: string; readonly correlationId: string };

/** An event and the id that it bears in the log. */
export type Written<Event> = { readonly id: string; readonly event: Event };

/** One stream and its only writer, as `openAggregate` is to a real log: decides, evolves, appends behind its own last event. */
export type StreamWriter<Command, Event, State, Failure> = {
  readonly state: () => Readonly<State>;
  readonly revision: () => number;
  /** The last event's place and hash; `undefined` before the first. */
  readonly head: () => { readonly revision: number; readonly hash: string } | undefined;
  readonly act: (command: Command, cause: Cause) => E.Either<Failure, ReadonlyArray<Written<Event>>>;
};

export type JournalPorts = { readonly sha256: Sha256; readonly ids: Pick<Ids, 'derive'> };

/** How many events wait for one commit. */
const batchEvents = 250;

/** Collects what all writers append; `now` is the simulated time, RFC 3339. */
export const openJournal = ({ sha256, ids }: JournalPorts, now: () => string) => {
  let open: Append[] = [];
  let waiting = 0;
  let written = 0;
  let closed: Batch[] = [];

  /** Commits what waits, and gives its stamp. */
  const stamp = (): string => {
    const recordedAt = now();
    if (open.length > 0) closed.push({ recordedAt, appends: open });
    open = [];
    waiting = 0;
    return recordedAt;
  };

  const openStream = <Codecs extends EventCodecs, Command, State, Failure>(
    stream: string,
    incarnation: string,
    codecs: Codecs,
    decider: Decider<Command, EventOf<Codecs>, State, Failure>,
  ): StreamWriter<Command, EventOf<Codecs>, State, Failure> => {
    const encode = encodeEvent(codecs);
    let state = decider.initialState();
    let head: { readonly revision: number; readonly hash: string } | undefined;
    return {
      state: () => state,
      revision: () => head?.revision ?? -1,
      head: () => head,
      act: (command, { actor, commandId, correlationId }) => {
        const decided = decider.decide(command, state);
        if (E.isLeft(decided) || decided.right.length === 0) return E.map(() => [])(decided);
        const time = now();
        const events = decided.right.map((event, index) => ({
          id: ids.derive(commandId, String(index)),
          event,
        }));
        const sealed = seal(
          sha256,
          stream,
          head,
          events.map(({ id, event }) => {
            const { type, schema, payload } = encode(event);
            const metadata = { schema, time, actor, incarnation };
            return {
              id,
              type,
              payload,
              metadata: { ...metadata, $causationId: commandId, $correlationId: correlationId },
            };
          }),
        );
        open.push({ stream, expectedRevision: head?.revision ?? 'no-stream', events: sealed });
        for (const { event } of events) state = decider.evolve(state, event);
        head = { revision: (head?.revision ?? -1) + sealed.length, hash: sealed.at(-1)?.hash ?? '' };
        written += sealed.length;
        waiting += sealed.length;
        if (waiting >= batchEvents) stamp();
        return E.right(events);
      },
    };
  };

  return {
    openStream,
    stamp,
    written: (): number => written,
    /** The batches closed since the last call. */
    take: (): ReadonlyArray<Batch> => {
      const batches = closed;
      closed = [];
      return batches;
    },
  };
};

export type Journal = ReturnType<typeof openJournal>;
