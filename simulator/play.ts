import { setImmediate as turn } from 'node:timers/promises';
import { act } from './act.ts';
import { finish, logText } from './ending.ts';
import type { Broken } from './promises/broken.ts';
import { checkQuiet } from './promises/quiet.ts';
import type { Seams } from './seams.ts';
import type { Step } from './step.ts';
import { makeWorld, type World } from './world.ts';

export type Played = {
  /** How many steps meant something, those of the ending too. */
  readonly steps: number;
  /** How many of the history's entries were played. */
  readonly played: number;
  readonly broken: (Broken & { readonly step: number }) | undefined;
  readonly log: string;
};

/** What an ending may take; more means that something goes round in circles. */
const longestEnding = 20_000;

/** What an undoing needs of the machine. */
const undoing = ['commit', 'detachPod'] as const;

/** One step, then all that follows from it without waiting: every promise that is settled is heard. */
const afterwards = async (
  world: World,
  happened: string | undefined,
  tell: (line: string) => void,
): Promise<void> => {
  if (happened === undefined) return;
  world.steps += 1;
  tell(`${world.steps}\t${happened}`);
  await turn();
  if (world.loop.quiet()) checkQuiet(world);
};

const perform = async (
  world: World,
  action: () => string | undefined,
  tell: (line: string) => void,
): Promise<boolean> => {
  const { faults } = world;
  const armed = undoing.filter((operation) => faults.once.has(operation));
  const happened = action();
  if (faults.diskFull || armed.some((operation) => !faults.once.has(operation)))
    world.hinderedAt = world.steps;
  await afterwards(world, happened, tell);
  return happened !== undefined;
};

/** Plays a history in a fresh world: until its end and through the ending, or until a promise breaks. */
export const play = async (
  seed: number,
  history: ReadonlyArray<Step>,
  seams: Seams,
  tell: (line: string) => void = () => undefined,
): Promise<Played> => {
  const world = makeWorld(seed, seams);
  let played = 0;
  for (const step of history) {
    played += 1;
    await perform(world, () => act(world, step), tell);
    if (world.broken !== undefined) break;
  }
  const settle = async (ms: number): Promise<boolean> => {
    await turn();
    const until = world.loop.now() + ms;
    const last = world.steps + longestEnding;
    const next = (): string | undefined =>
      world.loop.quiet() ? world.loop.elapse(until) : world.loop.release(0);
    while (world.broken === undefined && (await perform(world, next, tell)))
      if (world.steps > last) world.breaks('what is asked for is answered', 'the agent never comes to rest');
    return world.broken === undefined;
  };
  if (world.broken === undefined) {
    tell('\tthe machine is sound again, and all is deleted');
    await finish(world, settle);
  }
  return { steps: world.steps, played, broken: world.broken, log: logText(world) };
};
