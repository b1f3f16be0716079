import { either as E } from 'fp-ts';
import { shown } from '../shown.ts';

/** One thing that is wrong with a given setting. */
export type Violation = {
  readonly key: string;
  /** As it was given: a text as it is, else its JSON; empty when it is missing. */
  readonly value: string;
  /** Names key and value: `podCidr "10.244.0.16/16" has host bits set`. */
  readonly reason: string;
  /** What to do: `write 10.244.0.0/16`. */
  readonly remedy: string;
};

export type Checked<A> = E.Either<ReadonlyArray<Violation>, A>;

/** `complaint` follows key and value in a sentence. */
export const violation = (key: string, given: unknown, complaint: string, remedy: string): Violation => {
  return {
    key,
    value: typeof given === 'string' ? given : given === undefined ? '' : JSON.stringify(given),
    reason: given === undefined ? `${key} ${complaint}` : `${key} ${shown(given)} ${complaint}`,
    remedy,
  };
};

export const refuse = (key: string, given: unknown, complaint: string, remedy: string): Checked<never> =>
  E.left([violation(key, given, complaint, remedy)]);

export const violationsOf = (checked: Checked<unknown>): ReadonlyArray<Violation> =>
  E.isLeft(checked) ? checked.left : [];

/** `podCidr "10.244.0.16/16" has host bits set: write 10.244.0.0/16` */
export const describeViolation = ({ reason, remedy }: Violation): string => `${reason}: ${remedy}`;
