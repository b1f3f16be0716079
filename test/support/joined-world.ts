import { setImmediate as turn } from 'node:timers/promises';
import { act } from '../../simulator/act.ts';
import type { Seams } from '../../simulator/seams.ts';
import type { Step } from '../../simulator/step.ts';
import { makeWorld, type World } from '../../simulator/world.ts';

/** Does the step, then all that follows, first come first served, until `label` is about to happen (or nothing waits). */
const driver = (world: World) => {
  const go = async (until?: string): Promise<void> => {
    for (;;) {
      await turn();
      if (world.loop.quiet() || world.loop.waiting()[0] === until) return;
      world.loop.release(0);
    }
  };
  return {
    go,
    step: async (step: Step, until?: string): Promise<void> => {
      world.steps += 1;
      act(world, step);
      await go(until);
    },
    /** Lets what is about to happen happen, and goes on. */
    on: async (until?: string): Promise<void> => {
      world.loop.release(0);
      await go(until);
    },
    /** Time passes until the next alarm. */
    later: async (until?: string): Promise<void> => {
      world.loop.elapse();
      await go(until);
    },
  };
};

/** A simulated node that has its lease and serves; the test decides what happens next. Its events are as the seed has them. */
export const joinedWorld = async (seams: Seams = {}, seed = 1) => {
  const world = makeWorld(seed, seams);
  const drive = driver(world);
  for (const step of [
    { type: 'start' },
    { type: 'configure', variant: 0 },
    { type: 'join' },
    { type: 'stage' },
  ] satisfies ReadonlyArray<Step>)
    await drive.step(step);
  const slot = (index: number) => {
    const found = world.slots[index];
    if (found === undefined) throw new Error(`there is no pod ${index}`);
    return found;
  };
  return { world, drive, slot };
};
