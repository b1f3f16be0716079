import { dirname } from 'node:path';
import { makeNode, pluginBinary, type TestNode } from '../test/support/node.ts';
import type { Contender } from './contender.ts';

/** A pod network whose node subnet has this prefix length. */
const networks = {
  24: { podCidr: '10.244.0.0/16', nodeBits: '8', hostCidr: '10.10.0.0/16' },
  19: { podCidr: '10.0.0.0/8', nodeBits: '11', hostCidr: '172.16.0.0/16' },
} as const;

/** A node that has joined and serves: its own network namespace, its own Open vSwitch, our real programs. */
export const makeOurs = async (
  name: string,
  subnetLength: keyof typeof networks,
  made: AsyncDisposableStack,
): Promise<TestNode> => {
  const node = await makeNode(name, true);
  made.defer(node.remove);
  await node.startAgent();
  const { podCidr, nodeBits, hostCidr } = networks[subnetLength];
  const options = ['--pod-cidr', podCidr, '--node-bits', nodeBits, '--host-cidr', hostCidr];
  for (const step of [() => node.evioctl('configure', ...options), () => node.configGen()]) {
    const { code, out, err } = await step();
    if (code !== 0) throw new Error(`a node for the measurement could not join: ${out}${err}`);
  }
  return node;
};

export const ourContender = ({ socket, queue }: TestNode, cniVersion = '1.0.0'): Contender => ({
  title: 'evio',
  program: pluginBinary,
  cniPath: dirname(pluginBinary),
  config: { cniVersion, name: 'evio', type: 'evio', agentSocket: socket, queue },
});
