import type { taskEither as TE } from 'fp-ts';
import type { Append } from '../domain/port/event-store.ts';
import type { Cause } from './seal-events.ts';
import type { StreamFailure } from './stream-failure.ts';

/** One that asks: its commands in order, where each rests on the one before. */
export type Request<Command, Failure> = ReadonlyArray<{
  readonly command: Command;
  readonly cause: Cause;
  /** What is decided in the place of a command that is refused: what follows has the ids that the command's events would have had. */
  readonly refused?: (failure: Failure) => Command;
}>;

/** What became of a request: its new events and, where a command was refused, why; those behind that one were not decided. */
export type Outcome<Event, Failure> = {
  readonly events: ReadonlyArray<Event>;
  readonly refusal?: Failure;
};

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
  /**
   * The same for several requests: each is decided on the state behind the one before, a refusal of one holds up no other, and all
   * that follows is in the log with one append, or nothing of it is.
   */
  readonly transactAll: (
    requests: ReadonlyArray<Request<Command, Failure>>,
    durability?: Append['durability'],
  ) => TE.TaskEither<StreamFailure, ReadonlyArray<Outcome<Event, Failure>>>;
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
