import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { run } from '../../support/run.ts';
import { serve } from './website.ts';

/**
 * The world beyond a node: one machine behind the node's uplink that serves a website. It has no route to any pod, so what
 * a pod sends under its own address is never answered.
 */
export type Outside = {
  readonly netns: Netns;
  /** The node's address on its uplink. */
  readonly nodeAddress: string;
  /** Where the node's default route leads: this machine's own address. */
  readonly address: string;
  /** An address of this machine that the node reaches by its default route alone. */
  readonly far: string;
  readonly remove: () => Promise<void>;
};

// RFC 5737: addresses for documentation, which nobody has.
const nodeAddress = '192.0.2.1';
const address = '192.0.2.2';
const far = '198.51.100.7';

/** The node's side of the link; the only veth in its namespace that is not ours to give to pods. */
export const uplink = 'uplink';

/** Puts the node on a network with one other machine, and serves `website` there on port 80. */
export const makeOutside = async (node: Netns, website: string): Promise<Outside> => {
  const netns = await makeNetns('outside');
  try {
    return await connect(netns, node, website);
  } catch (error) {
    await netns.remove();
    throw error;
  }
};

const connect = async (netns: Netns, node: Netns, website: string): Promise<Outside> => {
  const inNode = (...args: ReadonlyArray<string>): Promise<string> => run('ip', '-n', node.name, ...args);
  const here = (...args: ReadonlyArray<string>): Promise<string> => run('ip', '-n', netns.name, ...args);
  await inNode('link', 'add', uplink, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', netns.name);
  await inNode('address', 'add', `${nodeAddress}/24`, 'dev', uplink);
  await here('address', 'add', `${address}/24`, 'dev', 'eth0');
  await here('address', 'add', `${far}/32`, 'dev', 'lo');
  await inNode('link', 'set', uplink, 'up');
  await here('link', 'set', 'eth0', 'up');
  await inNode('route', 'add', 'default', 'via', address);

  const server = spawn('ip', ['netns', 'exec', netns.name, ...serve(website, 80)], { stdio: 'ignore' });
  const ended = once(server, 'close');
  await eventually('the web server outside listens', async () => {
    const listening = await netns.exec('ss', '-Hltn', 'sport = :80');
    return listening === '' ? undefined : true;
  });
  return {
    netns,
    nodeAddress,
    address,
    far,
    remove: async () => {
      server.kill('SIGKILL');
      await ended;
      await netns.remove();
    },
  };
};
