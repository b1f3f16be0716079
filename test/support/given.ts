import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { type Decider, fold } from '../../domain/decider.ts';

/** Given events, when a command, then events or the named failure: whole values, over any aggregate. */
export const given = <Command, Event, State, Failure>(
  decider: Decider<Command, Event, State, Failure>,
  events: ReadonlyArray<Event>,
) => ({
  when: (command: Command) => {
    const decision = (t: ExecutionContext): E.Either<Failure, ReadonlyArray<Event>> => {
      const state = fold(decider, events);
      const decided = decider.decide(command, state);
      t.deepEqual(state, fold(decider, events), 'a decision changes no state');
      return decided;
    };
    return {
      decides: (t: ExecutionContext, ...expected: ReadonlyArray<Event>): void => {
        t.deepEqual(decision(t), E.right(expected));
      },
      refuses: (t: ExecutionContext, expected: Failure): void => {
        t.deepEqual(decision(t), E.left(expected));
      },
      /** The law of repetition: it decides something, and the same command again decides nothing. */
      onceOnly: (t: ExecutionContext): void => {
        const first = decision(t);
        const decided = E.isRight(first) ? first.right : [];
        t.true(decided.length > 0, 'the first time decides something');
        t.deepEqual(decider.decide(command, fold(decider, [...events, ...decided])), E.right([]));
      },
    };
  },
});
