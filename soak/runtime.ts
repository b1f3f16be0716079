import type { Dice } from '../domain/generate/dice.ts';
import type { Book } from './book.ts';
import type { Network, Sandbox } from './network.ts';

/** How often a runtime does what it need not do: one in so many. */
const oneIn = { check: 10, repeatedDel: 10, sameContainerAgain: 3, netnsGoneFirst: 25 } as const;

/** One sandbox after another, each used by one at a time, as a runtime's lock has it. */
export type Sandboxes = {
  readonly take: () => Sandbox;
  readonly giveBack: (sandbox: Sandbox) => void;
};

/** More sandboxes than there are workers, or taking one throws. */
export const sandboxesOf = (all: ReadonlyArray<Sandbox>, roll: Dice): Sandboxes => {
  const free = [...all];
  return {
    take: () => {
      const [sandbox] = free.splice(roll.below(free.length), 1);
      if (sandbox === undefined) throw new Error('there are too few sandboxes');
      return sandbox;
    },
    giveBack: (sandbox) => {
      free.push(sandbox);
    },
  };
};

/**
 * A container runtime's worker, until `ended`: an ADD where nothing is attached, a DEL where something is, each of a random sandbox.
 * What an ADD that failed has left is taken away by DEL, and a DEL that failed is asked again, as kubelet does.
 */
export const runWorker = async (
  network: Network,
  book: Book,
  sandboxes: Sandboxes,
  roll: Dice,
  ended: () => boolean,
): Promise<void> => {
  const del = async (sandbox: Sandbox): Promise<void> => {
    book.deleting(sandbox);
    if (roll.chance(1 / oneIn.netnsGoneFirst)) await sandbox.removeNetns();
    while (book.ended('DEL', await network.call('DEL', sandbox)) !== 'done') if (ended()) return;
    book.deleted(sandbox);
    if (roll.chance(1 / oneIn.repeatedDel)) book.ended('DEL', await network.call('DEL', sandbox));
    await sandbox.makeNetns();
  };

  const step = async (sandbox: Sandbox): Promise<void> => {
    if (book.isHeld(sandbox)) {
      if (roll.chance(1 / oneIn.check)) book.ended('CHECK', await network.call('CHECK', sandbox));
      return del(sandbox);
    }
    if (!book.isUnknown(sandbox)) {
      if (!roll.chance(1 / oneIn.sameContainerAgain)) sandbox.newContainer(roll.uuid());
      book.adding(sandbox);
      const run = await network.call('ADD', sandbox);
      if (book.ended('ADD', run) === 'done') return book.added(sandbox, run.out);
    }
    return del(sandbox);
  };

  while (!ended()) {
    const sandbox = sandboxes.take();
    await step(sandbox);
    sandboxes.giveBack(sandbox);
  }
};
