import type { Failure, Hunted } from './hunting.ts';

export type Summary = {
  readonly seeds: number;
  /** Played in all, those of the endings too. */
  readonly steps: number;
  readonly brokenPromises: number;
  readonly mutantsFound: number;
  readonly mutants: number;
  readonly stepsPerS: number;
};

const grouped = (count: number): string => count.toLocaleString('en-GB');

export const tellOfRun = ({ seeds, steps, brokenPromises, stepsPerS }: Summary): string =>
  `${grouped(seeds)} seeds, ${grouped(steps)} steps, ${grouped(stepsPerS)} steps/s: ${
    brokenPromises === 0 ? 'every promise held' : `${brokenPromises} broken`
  }`;

/** `flags`: of the kind of worlds. */
export const tellOfFailure = (
  { seed, steps, broken }: Failure,
  lines: ReadonlyArray<string>,
  flags: string,
): string =>
  [
    `seed ${seed}, step ${broken.step}: ${broken.promise}`,
    `  ${broken.what}`,
    '  the shortest history that was found:',
    ...lines.map((line) => `    ${line}`),
    `  again: npm run simulate -- ${flags}--seed ${seed} --seeds 1 --steps ${steps}`,
  ].join('\n');

export const tellOfMutant = <Seams>({ mutant: { name, defect }, found }: Hunted<Seams>): string =>
  `${name.padEnd(36)} ${
    found === undefined
      ? 'NOT FOUND'
      : `seed ${found.seed}, step ${found.broken.step}: ${found.broken.promise}`
  }  (${defect})`;
