import { chapter, expect, step } from '../narrate.ts';
import type { Removal } from '../removal.ts';
import { audit } from './audit.ts';
import { ledgerAway, partition } from './away.ts';
import { compareCopies } from './copies.ts';
import { configure, join } from './join.ts';
import { addPods, delPod } from './pods.ts';
import { reImage } from './re-image.ts';
import { revoke } from './revoke.ts';
import { makeWorld, type World } from './world.ts';

const leave = async (world: World): Promise<void> => {
  const { ledger, machines, podsOn } = world;
  chapter('The pods go');
  for (const machine of machines)
    await step(`every pod of ${machine.name} is deleted, and nothing of it is left`, async () => {
      while (podsOn(machine).size > 0) await delPod(world, machine);
      const ports = (await machine.node.ovs.vsctl('list-ports', 'evio0')).trim();
      expect(ports === '', `ports are left: ${ports}`);
    });
  await compareCopies(world, machines);
  await ledger.show('leases');
};

const tell = async (world: World, count: number): Promise<void> => {
  const { machines, podsOn } = world;
  await configure(world);
  await join(world, count);
  await addPods(world);
  await ledgerAway(world);
  const [first, second, third = first] = machines;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('there are too few nodes');
  const addresses = [first, second, third].flatMap((machine) => [...podsOn(machine).values()].slice(0, 1));
  const before = new Date().toISOString();
  await partition(world, first);
  await revoke(world, second, first);
  await reImage(world, third);
  await audit(world, [...new Set(addresses)], before);
  await leave(world);
};

/** Several nodes that share a ledger: the ledger killed, a node cut off, another revoked, another re-imaged. */
export const severalNodes = async (removal: Removal, count: number) => {
  const world = await makeWorld(removal);
  return {
    tell: () => tell(world, count),
    lastWords: async () => {
      const agents = await Promise.all(
        world.machines.map(async ({ name, node }) => {
          const lines = (await node.agentLog()).trim().split('\n').slice(-4).join('\n');
          return `evio-agent of ${name} said last:\n${lines}\n`;
        }),
      );
      return `evio-ledger said last:\n${world.ledger.says().join('\n')}\n${agents.join('')}`;
    },
  };
};
