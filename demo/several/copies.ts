import { step } from '../narrate.ts';
import { exactCopy, type Machine } from './machine.ts';
import type { World } from './world.ts';

/** Holds the logs of nodes against the ledger's copies. */
export const compareCopies = async ({ ledger }: World, machines: ReadonlyArray<Machine>): Promise<void> => {
  for (const machine of machines)
    await step(
      `the ledger’s copy of ${machine.name} is exact`,
      () => exactCopy(machine, ledger),
      ({ revision, hash }) => `both end at revision ${revision} with the hash ${hash.slice(0, 12)}…`,
    );
};
