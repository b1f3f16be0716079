import { ledgerName } from '../../test/support/lan.ts';
import { chapter, expect, step } from '../narrate.ts';
import type { World } from './world.ts';

/** The ledger is there and has an operator; now it gets a cluster. */
export const configure = async ({ ledger }: World): Promise<void> => {
  chapter(`A ledger: evio-ledger serves at ${ledgerName} with TLS, and decides`);
  await step('the cluster is configured: pods 10.244.0.0/16, 8 node bits, hosts 10.10.0.0/16', () =>
    ledger.configure(...['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16']),
  );
  await ledger.show('leases');
};

export const join = async (world: World, count: number): Promise<void> => {
  const { ledger, machines, addMachine } = world;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  chapter(`${count} nodes join`);
  await step(
    `each gets a credential of its own name: evioctl credential issue node-1 --role node …`,
    async () => {
      for (const number of numbers) await addMachine(number, await ledger.issue(`node-${number}`));
    },
  );
  await step('Open vSwitch (userspace datapath) and evio-agent run on each, with a log of its own', () =>
    Promise.all(machines.map(({ start }) => start())),
  );
  await step(
    'evio-config-gen asks for a lease on each, through the node’s own log; the allocator answers through its stream',
    async () => {
      await Promise.all(
        machines.map(async ({ name, node, configGen }) => {
          const generated = await configGen();
          expect(generated.code === 0, `${name}: ${generated.err}`);
          expect((await node.status()).ready, `${name} is not ready`);
        }),
      );
      const statuses = await Promise.all(machines.map(({ node }) => node.status()));
      const subnets = statuses.flatMap(({ lease }) => lease?.subnets ?? []);
      expect(new Set(subnets).size === count, `the subnets are ${subnets.join()}`);
      return subnets.sort();
    },
    (subnets) => `${subnets.length} subnets, each once`,
  );
  await ledger.show('leases');
};
