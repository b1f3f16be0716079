import { eventually } from '../../test/support/node.ts';
import { ping } from '../../test/support/traffic.ts';
import { chapter, expect, step } from '../narrate.ts';
import { add, podsOf } from '../pod.ts';
import type { World } from './world.ts';

export const crash = async ({ node, pods }: World): Promise<void> => {
  chapter('The agent is killed (-9) in the middle of an ADD');
  const victim = pods[3];
  if (victim === undefined) throw new Error('there are too few pods');
  const before = await podsOf(node);
  const switchd = await node.ovs.switchdPid();
  process.kill(switchd, 'SIGSTOP');
  const adding = add(node, victim);
  await step('the ADD has reserved an address; the switch is held, so it is not answered yet', async () => {
    await eventually('the reservation is in the log', async () =>
      (await podsOf(node)).find(({ status }) => status === 'reserved'),
    );
  });
  await step('kill -9 evio-agent', () => node.stopAgent('SIGKILL'));
  process.kill(switchd, 'SIGCONT');
  await step('evio-agent starts again and undoes what was not answered', () => node.startAgent());
  await step(
    'the waiting plugin asks again, and the runtime gets its answer',
    () => adding,
    (address) => address,
  );
  await step('nothing is lost, nothing is doubled', async () => {
    const after = await podsOf(node);
    const addresses = after.flatMap((row) => row.addresses);
    const kept = before.every(({ containerId }) => after.some((row) => row.containerId === containerId));
    expect(kept && after.length === before.length + 1, `there are ${after.length} pods`);
    expect(new Set(addresses).size === addresses.length, `an address is held twice: ${addresses.join()}`);
    expect(
      after.every(({ status }) => status === 'attached'),
      'a pod is left half-made',
    );
    const first = pods[0];
    if (first !== undefined) for (const address of addresses.slice(1)) await ping(first, address);
  });
};
