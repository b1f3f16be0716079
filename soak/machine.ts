import type { Netns } from '../test/support/netns.ts';
import type { TestNode } from '../test/support/node.ts';
import { run } from '../test/support/run.ts';
import type { Sandbox } from './network.ts';

export const linesOf = (text: string): ReadonlyArray<string> =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

/** Addresses other than link-local ones in the sandboxes, by the kernel: namespace, interface, address. */
export const podAddresses = async (sandboxes: ReadonlyArray<Sandbox>): Promise<ReadonlyArray<string>> => {
  const all: string[] = [];
  for (const { netns } of sandboxes) {
    const shown = await run('ip', '-n', netns.name, '-o', 'addr', 'show', 'scope', 'global');
    for (const line of linesOf(shown)) {
      const [, ifname = '', , address = ''] = line.split(/\s+/);
      all.push(`${netns.name} ${ifname} ${address.split('/')[0]}`);
    }
  }
  return all;
};

/** The node's firewall without what it counted. */
export const rulesOf = async (netns: Netns): Promise<ReadonlyArray<string>> =>
  linesOf(await netns.exec('nft', '--stateless', 'list', 'ruleset'));

export const routesOf = async (netns: Netns): Promise<ReadonlyArray<string>> => {
  const shown = (family: string) => netns.exec('ip', family, '-o', 'route', 'show', 'table', 'all');
  return (await Promise.all([shown('-4'), shown('-6')])).flatMap(linesOf);
};

/** Who holds what by the log: container and address. */
export const heldInLog = async (node: TestNode): Promise<ReadonlyArray<string>> => {
  const { code, out, err } = await node.evioctl('--json', 'pods');
  if (code !== 0) throw new Error(`evioctl pods: ${err}`);
  const { pods } = JSON.parse(out) as {
    readonly pods: ReadonlyArray<{ readonly containerId: string; readonly addresses: ReadonlyArray<string> }>;
  };
  return pods.flatMap(({ containerId, addresses }) =>
    addresses.map((address) => `${containerId} ${address}`),
  );
};
