import { addGuest, loseFolder } from './guests.ts';
import { removeNetns } from './machine/kernel.ts';
import { loseLog } from './mishaps.ts';
import type { Settle } from './playing.ts';
import { add, restart } from './runtime.ts';
import { isLent } from './slots.ts';
import { lowerLink } from './takings.ts';
import type { World } from './world.ts';

const second = 1000;
/** Two sweeps and what they begin. */
const aWhile = 130 * second;

/** One that runs is asked for once more, as a runtime does that has lost count of what it has. */
const addAgain = (world: World): void => {
  const lent = world.slots.find((slot) => isLent(slot) && slot.belief === 'live');
  const guest = world.pool.guests.find(({ belief }) => belief === 'live');
  if (lent !== undefined) add(world, lent, []);
  if (guest !== undefined) addGuest(world, guest);
};

/**
 * A history meets few pods that run for long. So behind it some are made, and then one thing happens to them that a node must come
 * back from by itself: the log is lost; a pod ends and nobody says so, and may come back; the agent sees no namespace while one ends;
 * the files of evio-ipam are removed, and a pod's link is taken down.
 */
export const aftermath = async (world: World, settle: Settle): Promise<void> => {
  const { roll, slots, kernel, loop, faults } = world;
  for (const slot of slots.filter(({ belief }) => belief === 'absent').slice(0, 4)) add(world, slot, []);
  for (const lent of slots.filter((slot) => isLent(slot) && slot.belief === 'absent').slice(0, 2))
    add(world, lent, []);
  for (const guest of world.pool.guests.filter(({ belief }) => belief === 'absent').slice(0, 2))
    addGuest(world, guest);
  if (!(await settle(second))) return;
  addAgain(world);
  if (!(await settle(second))) return;
  const [ending] = slots.filter(
    ({ belief, hostIfname }) => belief === 'live' && kernel.links.has(hostIfname),
  );
  const what = roll(4);
  if (what === 0) loseLog(world);
  if (what === 3) {
    loseFolder(world);
    if (ending !== undefined) lowerLink(world, ending);
  }
  if (what === 1 || what === 2) {
    faults.blind = what === 1;
    if (ending !== undefined) removeNetns(kernel, ending.path, loop.now());
    if (!(await settle(roll(160) * second))) return;
    if (ending !== undefined && roll(2) === 0) restart(world, ending);
  }
  if (!(await settle(aWhile))) return;
  faults.blind = false;
  await settle(aWhile);
};
