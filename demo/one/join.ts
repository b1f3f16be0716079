import { chapter, expect, step } from '../narrate.ts';
import type { World } from './world.ts';

export const join = async ({ node }: World): Promise<void> => {
  chapter('A node joins');
  await step('Open vSwitch (userspace datapath) and evio-agent with an embedded log run', () =>
    node.startAgent(),
  );
  await step('the cluster is configured: pods 10.244.0.0/16, 8 node bits, hosts 10.10.0.0/16', async () => {
    const options = ['--pod-cidr', '10.244.0.0/16', '--node-bits', '8', '--host-cidr', '10.10.0.0/16'];
    const configured = await node.evioctl('configure', ...options);
    expect(configured.code === 0, configured.err);
  });
  await step(
    'evio-config-gen obtains the lease and stages the CNI configuration; the agent publishes it',
    async () => {
      const generated = await node.configGen();
      expect(generated.code === 0, generated.err);
      return node.status();
    },
    ({ lease }) => `${lease?.subnets.join()} and host address ${lease?.hostAddress}`,
  );
};
