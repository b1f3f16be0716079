import { chapter, expect, step } from '../narrate.ts';
import type { World } from './world.ts';

/** What the ledger alone can tell, of all nodes. */
export const audit = async (
  { ledger }: World,
  addresses: ReadonlyArray<string>,
  at: string,
): Promise<void> => {
  chapter(`Who had these addresses before node-1 was cut off? The ledger knows of every node`);
  for (const address of addresses) {
    const words = await ledger.ctl('who-had', address, '--at', at);
    expect(words.includes('pod-'), `nobody is known to have had ${address}: ${words}`);
    await ledger.show('who-had', address, '--at', at);
  }
  chapter('Was the history edited?');
  await step('every chain and every law holds', () => ledger.ctl('verify'));
  await ledger.show('verify');
};
