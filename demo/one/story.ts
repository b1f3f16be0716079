import { chapter, step } from '../narrate.ts';
import { add, showCtl } from '../pod.ts';
import type { Removal } from '../removal.ts';
import { crash } from './crash.ts';
import { join } from './join.ts';
import { leave } from './leave.ts';
import { exchange } from './packets.ts';
import { makeWorld, type World } from './world.ts';

const addPods = async ({ node, pods }: World): Promise<ReadonlyArray<string>> => {
  chapter('Three pods, added by the compiled plugin over the CNI protocol');
  const addresses: string[] = [];
  for (const [index, pod] of pods.slice(0, 3).entries()) {
    addresses.push(
      await step(
        `ADD pod-${index + 1}`,
        () => add(node, pod),
        (address) => address,
      ),
    );
  }
  return addresses;
};

const tell = async (world: World): Promise<void> => {
  const { node } = world;
  await join(world);
  const addresses = await addPods(world);
  await exchange(world, addresses);
  chapter('What the log says');
  await showCtl(node, 'leases');
  await showCtl(node, 'pods');
  await crash(world);
  await leave(world);
  await showCtl(node, 'leases');
  await showCtl(node, 'log');
};

/** One node alone: pods, packets, a crash in the middle of an ADD. */
export const oneNode = async (removal: Removal) => {
  const world = await makeWorld(removal, 4);
  return {
    tell: () => tell(world),
    lastWords: async () =>
      `evio-agent said last:\n${(await world.node.agentLog()).split('\n').slice(-10).join('\n')}\n`,
  };
};
