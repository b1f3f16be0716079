import { chapter, expect, show, step } from '../narrate.ts';
import { podsOf } from '../pod.ts';
import { compareCopies } from './copies.ts';
import type { Machine } from './machine.ts';
import { addPod, noneTwice, podsRun } from './pods.ts';
import type { World } from './world.ts';

/** A node's disk is lost while its pods run; a new life goes on with what they use. */
export const reImage = async (world: World, machine: Machine): Promise<void> => {
  const { ledger, podsOn } = world;
  const { name, node, start, configGen, loseDisk } = machine;
  const before = await node.status();
  const pods = podsOn(machine);
  chapter(`${name} is re-imaged under its running pods`);
  await step('kill -9 evio-agent; its log and its key are gone', async () => {
    await node.stopAgent('SIGKILL');
    await loseDisk();
  });
  await step(
    'evio-agent starts as another incarnation',
    async () => {
      await start();
      const { incarnation } = await node.status();
      expect(incarnation !== before.incarnation, 'it is the same incarnation');
      return incarnation;
    },
    (now) => `${now.slice(0, 8)}…, and it was ${before.incarnation.slice(0, 8)}…`,
  );
  const refused = await step('it is not taken for the node that it says it is', async () => {
    const generated = await configGen('--wait', '20');
    expect(generated.code === 1, `evio-config-gen ended with ${generated.code}`);
    expect(generated.err.includes(`evioctl attest ${name}`), generated.err);
    return generated.err;
  });
  show('evio-config-gen', refused.split('\n').slice(-3).join('\n'));
  await ledger.show('attest', name, '--destroyed', '--reason', 'disk replaced');
  await step(
    'now it goes on with subnet and host address',
    async () => {
      const generated = await configGen();
      expect(generated.code === 0, generated.err);
      const { lease, ready } = await node.status();
      expect(ready, 'it is not ready');
      expect(JSON.stringify(lease) === JSON.stringify(before.lease), `it holds ${JSON.stringify(lease)}`);
      return lease;
    },
    (lease) => `${lease?.subnets.join()} and ${lease?.hostAddress}`,
  );
  await step(
    'it has adopted the pods that run',
    async () => {
      const adopted = (await podsOf(node)).flatMap(({ addresses }) => addresses).sort();
      const running = [...pods.values()].sort();
      expect(adopted.join() === running.join(), `it knows ${adopted.join()}, and ${running.join()} run`);
      await podsRun(world, machine);
      return adopted;
    },
    (adopted) => adopted.join(', '),
  );
  await step(
    'ADD gives an address that none of them has',
    async () => {
      const address = await addPod(world, machine);
      noneTwice(world);
      return address;
    },
    (address) => address,
  );
  await compareCopies(world, [machine]);
  await ledger.showLast(6);
};
