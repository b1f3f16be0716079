import { act } from './act.ts';
import { finish, logText } from './ending.ts';
import type { Played } from './hunting.ts';
import { playing } from './playing.ts';
import { checkQuiet } from './promises/quiet.ts';
import type { Seams } from './seams.ts';
import type { Step } from './step.ts';
import { makeWorld } from './world.ts';

/** What an undoing needs of the machine, and what evio-ipam's needs besides. */
const undoing = ['commit', 'detachPod'] as const;
const undoingInFolder = ['folder read', 'folder remove', 'folder flush'] as const;

const longestEnding = 20_000;

/** Plays a history in a fresh world: until its end and through the ending, or until a promise breaks. */
export const play = async (
  seed: number,
  history: ReadonlyArray<Step>,
  seams: Seams,
  tell: (line: string) => void = () => undefined,
): Promise<Played> => {
  const world = makeWorld(seed, seams);
  const { faults } = world;
  const watching = (action: () => string | undefined): string | undefined => {
    const armed = undoing.filter((operation) => faults.once.has(operation));
    const armedInFolder = undoingInFolder.filter((operation) => faults.once.has(operation));
    const happened = action();
    const latched = world.life?.latched?.() !== undefined;
    if (faults.diskFull || latched || armed.some((operation) => !faults.once.has(operation)))
      world.hinderedAt = world.steps;
    if (armedInFolder.some((operation) => !faults.once.has(operation))) world.pool.hinderedAt = world.steps;
    return happened;
  };
  const whenQuiet = (): void => checkQuiet(world);
  const { perform, settle } = playing(world, { whenQuiet, tell, longest: longestEnding, watching });
  let played = 0;
  for (const step of history) {
    played += 1;
    await perform(() => act(world, step));
    if (world.broken !== undefined) break;
  }
  if (world.broken === undefined) {
    tell('\tthe machine is sound again, and all is deleted');
    await finish(world, settle);
  }
  return { steps: world.steps, played, broken: world.broken, log: logText(world) };
};
