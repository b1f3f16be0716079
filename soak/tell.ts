import type { Options } from './options.ts';
import type { Outcome } from './soak.ts';

/** A broken promise is found a hundred times over; a few examples say what it is. */
const shown = 5;
const wantedPerS = 50;

/** Prints the outcome; gives whether every promise held. */
export const tell = (outcome: Outcome, { seconds, seed, json }: Options): boolean => {
  const { operations, kills, ovsRestarts, refusals } = outcome;
  const perS = operations / seconds;
  console.log(
    `${operations} operations in ${seconds} s: ${perS.toFixed(0)}/s (at least ${wantedPerS} wanted${perS < wantedPerS ? ': missed' : ''}), ${kills} kills of the agent, ${ovsRestarts} restarts of Open vSwitch, seed ${seed}`,
  );
  for (const [words, count] of [...refusals].toSorted(([, a], [, b]) => b - a).slice(0, shown))
    console.log(`  refused ${count} times: ${words}`);
  const broken = [
    ['duplicate addresses', outcome.duplicates],
    ['leaks', outcome.leaks],
    ['lost', outcome.lost],
  ] as const;
  for (const [what, found] of broken) {
    console.log(`${what}: ${found.length === 0 ? 'none' : found.length}`);
    for (const one of found.slice(0, shown)) console.log(`  ${one}`);
    if (found.length > shown) console.log(`  and ${found.length - shown} more`);
  }
  const [duplicates, leaks, lost] = broken.map(([, found]) => found.length);
  if (json) console.log(JSON.stringify({ operations, kills, ovsRestarts, duplicates, leaks, lost }));
  return broken.every(([, found]) => found.length === 0);
};
