import type { Mutant } from './mutants/mutant.ts';
import type { Broken } from './promises/broken.ts';
import { shrink } from './shrink.ts';

export type Played = {
  /** How many steps meant something, those of the ending too. */
  readonly steps: number;
  /** How many of the history's entries were played. */
  readonly played: number;
  readonly broken: (Broken & { readonly step: number }) | undefined;
  readonly log: string;
};

/** A kind of worlds: the histories that its seeds give, and how one is played. */
export type Game<Step, Seams> = {
  readonly historyOf: (seed: number, steps: number) => ReadonlyArray<Step>;
  readonly play: (
    seed: number,
    history: ReadonlyArray<Step>,
    seams: Seams,
    tell?: (line: string) => void,
  ) => Promise<Played>;
  /** As it is, without any mutant. */
  readonly sound: Seams;
};

/** A seed whose history broke a promise. */
export type Failure = {
  readonly seed: number;
  readonly steps: number;
  readonly broken: NonNullable<Played['broken']>;
};

export type Simulated = { readonly steps: number; readonly failures: ReadonlyArray<Failure> };

export type Range = { readonly seed: number; readonly seeds: number; readonly steps: number };

export type Hunted<Seams> = { readonly mutant: Mutant<Seams>; readonly found: Failure | undefined };

/** How often a history of that length is played to shorten it: a long one takes its time, and minutes must do. */
const mostPlays = (steps: number): number => Math.max(20, Math.min(400, Math.floor(1_000_000 / steps)));

/** Looks for histories that break a promise, and tells them shortly. */
export const hunting = <Step, Seams>({ historyOf, play, sound }: Game<Step, Seams>) => {
  /** Plays one history for each seed; ends early behind `most` failures. */
  const simulate = async (
    { seed: first, seeds, steps }: Range,
    seams: Seams = sound,
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

  /** Looks for a mutant until a promise breaks, within so many seeds. */
  const hunt = async (mutant: Mutant<Seams>, range: Range): Promise<Hunted<Seams>> => {
    const { failures } = await simulate(range, mutant.seams, 1);
    return { mutant, found: failures[0] };
  };

  /** The shortest history that was found to break the same promise, and what happens in it, line by line. */
  const explain = async (
    { seed, steps, broken }: Failure,
    seams: Seams = sound,
    cap = mostPlays(steps),
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

  return { simulate, hunt, explain };
};
