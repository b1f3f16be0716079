import { type Ran, wordsOf } from '../run.ts';
import { isLent, type Slot } from '../slots.ts';
import type { World } from '../world.ts';

/* What holds where another IPAM plugin gives the addresses. */

/** The delegate begins with a verb; `verb` is the one that the plugin itself was run for. */
export const lenderBegan = (world: World, verb: string, asked: string, containerId: string): void => {
  const { slots, kernel, queue, breaks } = world;
  const slot = slots.find((one) => one.containerId === containerId);
  if (slot === undefined || verb !== 'DEL' || asked !== 'DEL') return;
  const waits = [...queue.files.keys()].some((name) => name.includes(`%${containerId}%`));
  if (!waits && kernel.links.get(slot.hostIfname)?.alias !== undefined)
    breaks(
      'an address is free only when nothing answers for it',
      `${containerId} is up and its address given back`,
    );
};

/** What is refused behind the delegate is given back to it, unless that it could not be is said. */
export const heardLentAdd = ({ lender: { given }, breaks }: World, { containerId }: Slot, ran: Ran): void => {
  const isReported = /and its DEL: /.test(wordsOf(ran));
  if (!ran.succeeded && ran.lent && given.has(containerId) && !isReported)
    breaks(
      'what a delegate gave in vain is given back',
      `${given.get(containerId)} of ${containerId}, whose ADD said: ${wordsOf(ran)}`,
    );
};

const keeps = ({ lender: { given }, breaks }: World, containerId: string, verb: string): void => {
  if (given.has(containerId))
    breaks(
      'nothing leaks',
      `the delegate has ${given.get(containerId)} of ${containerId} behind its ${verb}`,
    );
};

export const heardLentDel = (world: World, { containerId }: Slot, { succeeded }: Ran): void => {
  if (succeeded) keeps(world, containerId, 'DEL');
};

export const heardLentGc = (world: World, valid: ReadonlyArray<Slot>, { succeeded }: Ran): void => {
  const listed = new Set(valid.map(({ containerId }) => containerId));
  if (!succeeded) return;
  for (const containerId of world.lender.given.keys())
    if (!listed.has(containerId)) keeps(world, containerId, 'GC');
};

/** What a pod runs with the delegate gives to nobody else, as long as it knows what it gave. */
export const compareLent = ({ slots, lender: { given, forgotten }, breaks }: World): void => {
  for (const slot of slots) {
    const { containerId, belief, addresses, plugin } = slot;
    if (!isLent(slot) || belief !== 'live' || plugin !== undefined || forgotten.has(containerId)) continue;
    if ([...(given.get(containerId) ?? [])].sort().join() !== [...addresses].sort().join())
      breaks(
        'nothing that is held is released unasked',
        `${containerId} runs with ${addresses}, the delegate knows ${given.get(containerId)}`,
      );
  }
};
