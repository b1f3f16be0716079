import { endLife, startLife } from './agent-life.ts';
import { checkGuest, collectGuests } from './guests.ts';
import type { Settle } from './playing.ts';
import { allocated, checkFolder, isUnfiled } from './promises/guests.ts';
import { wordsOf } from './run.ts';
import { collect } from './runtime.ts';
import { lentNetwork } from './slots.ts';
import type { World } from './world.ts';

/** Two sweeps and a pause of the followers. */
const longEnough = 130_000;

/** What is forgotten is collected. A look at all files, and a start where some are missing: then log and folder say the same. Gives false when a promise broke. */
export const lookAtFolder = async (world: World, settle: Settle): Promise<boolean> => {
  const { pool, kernel } = world;
  // What host-local released is so at the second look.
  for (let looks = 1; looks <= 2; looks += 1) {
    collectGuests(world, false);
    if (!(await settle(0))) return false;
  }
  collect(world, true, lentNetwork);
  if (!(await settle(0))) return false;
  if (allocated(world).some((one) => isUnfiled(world, one))) {
    endLife(world, false);
    startLife(world);
    if (!(await settle(longEnough))) return false;
  }
  checkFolder(world);
  // What has neither files nor a namespace is no pod any more, and is taken down.
  for (const guest of pool.guests)
    if (guest.belief === 'live' && !kernel.netns.has(guest.path)) guest.belief = 'unsure';
  pool.isMissing = false;
  return world.broken === undefined;
};

/** Every guest that runs is told that it holds what it was given. */
export const checkGuests = (world: World): void => {
  for (const guest of world.pool.guests)
    checkGuest(world, guest, (ran) => {
      if (!ran.succeeded)
        world.breaks(
          'nothing that is held is released unasked',
          `CHECK of ${guest.containerId}: ${wordsOf(ran)}`,
        );
    });
};
