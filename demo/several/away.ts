import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/support/node.ts';
import { chapter, expect, step } from '../narrate.ts';
import { compareCopies } from './copies.ts';
import { lagOf, type Machine } from './machine.ts';
import { addPod, delPod, noneTwice, podsRun } from './pods.ts';
import type { World } from './world.ts';

/** The ledger dies and comes back; the nodes go on. */
export const ledgerAway = async (world: World): Promise<void> => {
  const { ledger, machines } = world;
  chapter('The ledger is killed (-9), and nobody waits for it');
  await step('kill -9 evio-ledger', ledger.kill);
  for (const machine of machines)
    await step(
      `ADD on ${machine.name}`,
      () => addPod(world, machine),
      (address) => address,
    );
  const [first] = machines;
  if (first !== undefined)
    await step(
      `evioctl status on ${first.name}`,
      () =>
        eventually('it says that it waits', async () => {
          const { ledger: standing } = await first.node.status();
          return standing?.state === 'waiting' ? standing.words : undefined;
        }),
      (words) => words,
    );
  await step('evio-ledger starts again, on the same file', ledger.start);
  await compareCopies(world, machines);
  await ledger.showLast(3);
};

/** What is seen of the lag until nothing waits. */
const lagFalls = async (machine: Machine): Promise<ReadonlyArray<number>> => {
  const seen: number[] = [];
  await eventually('nothing waits any more', async () => {
    const lag = await lagOf(machine);
    if (lag !== undefined && lag !== seen.at(-1)) seen.push(lag);
    return lag === 0 ? true : undefined;
  });
  return seen;
};

/** One node is cut off, works on, and is reached again. */
export const partition = async (world: World, machine: Machine): Promise<void> => {
  const { ledger } = world;
  const { name, cable } = machine;
  chapter(`${name} is cut off from all others`);
  await step('its cable is pulled', cable.pull);
  await step(
    'two pods come and one goes meanwhile',
    async () => [await addPod(world, machine), await addPod(world, machine), await delPod(world, machine)],
    ([one, two, gone]) => `${one} and ${two}; ${gone} is free`,
  );
  await step('its pods run on, and no address is held twice', async () => {
    await podsRun(world, machine);
    noneTwice(world);
  });
  await step(
    'what it did waits in its own log',
    async () => {
      await sleep(500);
      const lag = (await lagOf(machine)) ?? 0;
      expect(lag > 0, 'nothing waits');
      return lag;
    },
    (lag) => `${lag} events`,
  );
  await step('the cable is plugged in again', cable.plug);
  await step(
    'everything arrives, in order and once',
    () => lagFalls(machine),
    (seen) => `events that wait: ${seen.join(' → ')}`,
  );
  await compareCopies(world, [machine]);
  await ledger.showLast(5);
};
