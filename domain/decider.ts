import type { either as E } from 'fp-ts';

/**
 * Chassaing's decider: what an aggregate is. `decide` chooses and may refuse; `evolve` records and never chooses.
 *
 * `evolve` may change and return the state it is given (an accumulator that its caller owns); whoever only reads a
 * state takes it as readonly.
 */
export type Decider<Command, Event, State, Failure> = {
  readonly initialState: () => State;
  readonly evolve: (state: State, event: Event) => State;
  readonly decide: (command: Command, state: State) => E.Either<Failure, ReadonlyArray<Event>>;
};

/** The state after a history, from the beginning or from `state` (which is then used up). */
export const fold = <Command, Event, State, Failure>(
  decider: Decider<Command, Event, State, Failure>,
  events: Iterable<Event>,
  state: State = decider.initialState(),
): State => {
  let folded = state;
  for (const event of events) folded = decider.evolve(folded, event);
  return folded;
};
