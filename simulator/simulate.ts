import type { Mutant } from './mutants/mutant.ts';
import { type Played, play } from './play.ts';
import { dice } from './random.ts';
import type { Seams } from './seams.ts';
import { shrink } from './shrink.ts';
import { generate, type Step } from './step.ts';

/** A seed whose history broke a promise. */
export type Failure = {
  readonly seed: number;
  readonly steps: number;
  readonly broken: NonNullable<Played['broken']>;
};

export type Simulated = { readonly steps: number; readonly failures: ReadonlyArray<Failure> };

export type Range = { readonly seed: number; readonly seeds: number; readonly steps: number };

const historyOf = (seed: number, steps: number): ReadonlyArray<Step> => generate(dice(seed), steps);

/** Plays one history for each seed; ends early behind `most` failures. */
export const simulate = async (
  { seed: first, seeds, steps }: Range,
  seams: Seams = {},
  most = Number.POSITIVE_INFINITY,
): Promise<Simulated> => {
  const failures: Failure[] = [];
  let done = 0;
  for (let seed = first; seed < first + seeds && failures.length < most; seed += 1) {
    const played = await play(seed, historyOf(seed, steps), seams);
    done += played.steps;
    if (played.broken !== undefined) failures.push({ seed, steps, broken: played.broken });
  }
  return { steps: done, failures };
};

export type Hunted = { readonly mutant: Mutant; readonly found: Failure | undefined };

/** Looks for a mutant until a promise breaks, within so many seeds. */
export const hunt = async (mutant: Mutant, range: Range): Promise<Hunted> => {
  const { failures } = await simulate(range, mutant.seams, 1);
  return { mutant, found: failures[0] };
};

/** The shortest history that was found to break the same promise, and what happens in it, line by line. */
export const explain = async (
  { seed, steps, broken }: Failure,
  seams: Seams = {},
  cap = 400,
): Promise<ReadonlyArray<string>> => {
  const stillBreaks = async (history: ReadonlyArray<Step>): Promise<boolean> =>
    (await play(seed, history, seams)).broken?.promise === broken.promise;
  // What comes behind the step that broke it has nothing to say.
  const whole = historyOf(seed, steps);
  const { played } = await play(seed, whole, seams);
  const upTo = whole.slice(0, played);
  const shortest = await shrink(upTo, stillBreaks, cap);
  const lines: string[] = [];
  const { broken: again } = await play(seed, shortest, seams, (line) => lines.push(line));
  return [...lines, `\t${again?.promise ?? broken.promise}: ${again?.what ?? broken.what}`];
};
