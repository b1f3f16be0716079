import type { Netns } from '../../test/support/netns.ts';
import { ping } from '../../test/support/traffic.ts';
import { chapter, expect, step } from '../narrate.ts';
import { add, del } from '../pod.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

/** One more pod on the node; gives its address. */
export const addPod = async ({ podsOn }: World, machine: Machine): Promise<string> => {
  const pod = await machine.makePod();
  const address = await add(machine.node, pod);
  podsOn(machine).set(pod, address);
  return address;
};

/** The oldest pod of the node goes; gives the address that it had. */
export const delPod = async ({ podsOn }: World, machine: Machine): Promise<string> => {
  const [oldest] = podsOn(machine);
  if (oldest === undefined) throw new Error(`${machine.name} has no pod`);
  const [pod, address] = oldest;
  await del(machine.node, pod);
  podsOn(machine).delete(pod);
  return address;
};

/** Every pod that runs on the node reaches its gateway. */
export const podsRun = async ({ podsOn }: World, machine: Machine): Promise<number> => {
  const pods: ReadonlyArray<readonly [Netns, string]> = [...podsOn(machine)];
  for (const [pod, address] of pods) await ping(pod, address.replace(/\d+$/, '1'));
  return pods.length;
};

/** No address is held twice, whoever holds it. */
export const noneTwice = ({ machines, podsOn }: World): number => {
  const held = machines.flatMap((machine) => [...podsOn(machine).values()]);
  expect(new Set(held).size === held.length, `an address is held twice: ${held.join()}`);
  return held.length;
};

export const addPods = async (world: World): Promise<void> => {
  const { ledger, machines } = world;
  chapter('Pods on each, added by the compiled plugin');
  for (const machine of machines)
    await step(
      `ADD of two pods on ${machine.name}`,
      async () => [await addPod(world, machine), await addPod(world, machine)],
      (addresses) => addresses.join(', '),
    );
  await step('every pod reaches its gateway, and no address is held twice', async () => {
    for (const machine of machines) await podsRun(world, machine);
    return noneTwice(world);
  });
  await ledger.showLast(3);
};
