import { makeLan } from '../../test/support/lan.ts';
import type { Netns } from '../../test/support/netns.ts';
import type { Removal } from '../removal.ts';
import { makeLedger } from './ledger.ts';
import { type Machine, makeMachine } from './machine.ts';

/** Makes the network and a ledger that serves; nodes are made when they are wanted. */
export const makeWorld = async (removal: Removal) => {
  const lan = await makeLan(removal);
  const ledger = await makeLedger(removal, lan);
  const machines: Machine[] = [];
  /** The pods that run, with their addresses, by the name of their node. */
  const running = new Map<string, Map<Netns, string>>();
  return {
    ledger,
    machines,
    addMachine: async (number: number, url: string): Promise<void> => {
      const machine = await makeMachine(removal, lan, number, url);
      machines.push(machine);
      running.set(machine.name, new Map());
    },
    podsOn: ({ name }: Machine): Map<Netns, string> => {
      const pods = running.get(name);
      if (pods === undefined) throw new Error(`there is no ${name}`);
      return pods;
    },
  };
};

export type World = Awaited<ReturnType<typeof makeWorld>>;
