import type { Options } from './options.ts';
import type { Outcome } from './soak.ts';

/** A broken promise is found a hundred times over; a few examples say what it is. */
const shown = 5;
/** What a run must have gone through to say anything; a shorter one is a try, of which nothing is asked. */
const asked = { seconds: 60, perS: 50, kills: 1, ovsRestarts: 2 } as const;

/** What the run did not go through, a sentence each. */
const shortfalls = ({ operations, kills, ovsRestarts }: Outcome, seconds: number): ReadonlyArray<string> =>
  seconds < asked.seconds
    ? []
    : [
        ...(operations < asked.perS * seconds ? [`fewer than ${asked.perS} operations a second`] : []),
        ...(kills < asked.kills ? ['the agent was never killed'] : []),
        ...(ovsRestarts < asked.ovsRestarts
          ? [`Open vSwitch was not restarted ${asked.ovsRestarts} times`]
          : []),
      ];

/** The outcome for people; `held`: the run went through what it was to go through, and every promise held. */
export type Verdict = { readonly lines: ReadonlyArray<string>; readonly held: boolean };

export const verdictOf = (
  outcome: Outcome,
  { seconds, seed, json }: Pick<Options, 'seconds' | 'seed' | 'json'>,
): Verdict => {
  const { operations, kills, ovsRestarts, refusals } = outcome;
  const short = shortfalls(outcome, seconds);
  const broken = [
    ['duplicate addresses', outcome.duplicates],
    ['leaks', outcome.leaks],
    ['lost', outcome.lost],
  ] as const;
  const [duplicates, leaks, lost] = broken.map(([, found]) => found.length);
  return {
    lines: [
      `${operations} operations in ${seconds} s: ${(operations / seconds).toFixed(0)}/s, ${kills} kills of the agent, ${ovsRestarts} restarts of Open vSwitch, seed ${seed}`,
      ...short.map((words) => `too little: ${words}`),
      ...[...refusals]
        .toSorted(([, a], [, b]) => b - a)
        .slice(0, shown)
        .map(([words, count]) => `  refused ${count} times: ${words}`),
      ...broken.flatMap(([what, found]) => [
        `${what}: ${found.length === 0 ? 'none' : found.length}`,
        ...found.slice(0, shown).map((one) => `  ${one}`),
        ...(found.length > shown ? [`  and ${found.length - shown} more`] : []),
      ]),
      ...(json
        ? [JSON.stringify({ operations, kills, ovsRestarts, duplicates, leaks, lost, tooLittle: short })]
        : []),
    ],
    held: short.length === 0 && broken.every(([, found]) => found.length === 0),
  };
};
