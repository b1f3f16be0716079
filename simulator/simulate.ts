import { hunting } from './hunting.ts';
import { play } from './play.ts';
import { dice } from './random.ts';
import type { Seams } from './seams.ts';
import { generate, type Step } from './step.ts';

/** Of one host, which is a cluster by itself. */
export const { simulate, hunt, explain } = hunting<Step, Seams>({
  historyOf: (seed, steps) => generate(dice(seed), steps),
  play,
  sound: {},
});
