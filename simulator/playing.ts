import { setImmediate as turn } from 'node:timers/promises';
import type { Loop } from './loop.ts';
import type { Breaks, Broken } from './promises/broken.ts';

/** What is told of every world, however many machines it has. */
export type Watched = {
  readonly loop: Loop;
  readonly breaks: Breaks;
  /** How many steps were done. */
  steps: number;
  broken: (Broken & { readonly step: number }) | undefined;
};

/** Lets the world go on until nothing is under way, and then time for so long; gives false when a promise broke. */
export type Settle = (ms: number) => Promise<boolean>;

type Playing = {
  readonly whenQuiet: () => void;
  readonly tell: (line: string) => void;
  /** How many steps it may take until it rests; more mean that something goes round in circles. */
  readonly longest: number;
  /** Does an action, and sees what it changes. */
  readonly watching?: (action: () => string | undefined) => string | undefined;
};

/** How a world is moved: by one action, or until it rests. `perform` gives whether it meant something. */
export const playing = (world: Watched, { whenQuiet, tell, longest, watching }: Playing) => {
  /** One action, then all that follows from it without waiting: every promise that is settled is heard. */
  const perform = async (action: () => string | undefined): Promise<boolean> => {
    const happened = watching === undefined ? action() : watching(action);
    if (happened === undefined) return false;
    world.steps += 1;
    tell(`${world.steps}\t${happened}`);
    await turn();
    if (world.loop.quiet()) whenQuiet();
    return true;
  };

  const settle: Settle = async (ms) => {
    await turn();
    const until = world.loop.now() + ms;
    const last = world.steps + longest;
    const next = (): string | undefined =>
      world.loop.quiet() ? world.loop.elapse(until) : world.loop.release(0);
    while (world.broken === undefined && (await perform(next)))
      if (world.steps > last) world.breaks('what is asked for is answered', 'the world never comes to rest');
    return world.broken === undefined;
  };

  return { perform, settle };
};
