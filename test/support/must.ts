import { either as E } from 'fp-ts';

/** What was asked for; throws the failure. */
export const must = <A>(outcome: E.Either<unknown, A>): A => {
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left));
  return outcome.right;
};
