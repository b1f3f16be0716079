import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianPlugins } from '../test/support/ipam.ts';
import type { LaunchAndWait } from '../test/support/launch.ts';
import { pluginBinary, type TestNode } from '../test/support/node.ts';
import { callPlugin } from './call-plugin.ts';
import { heldInLog, linesOf, podAddresses, rulesOf } from './machine.ts';
import type { Network, Sandbox } from './network.ts';

const name = 'lan';
const aVeth = 'a veth';

/** Of each address its holder, as host-local's files have it: `ADDRESS CONTAINER-ID IFNAME`. */
const holders = async (folder: string): Promise<ReadonlyArray<string>> => {
  const files = (await readdir(folder)).filter((file) => /^[0-9a-f.:]+$/.test(file));
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      return `${file} ${text.split(/\s+/).join(' ')}`.trimEnd();
    }),
  );
};

/** Debian's bridge plugin on this node, which asks evio-ipam for addresses; the bridge is there when this resolves. */
export const networkUnderBridge = async (
  node: TestNode,
  sandboxes: ReadonlyArray<Sandbox>,
  launch: LaunchAndWait,
): Promise<Network> => {
  const bin = join(node.dir, 'ipam-bin');
  const dataDir = join(node.dir, 'networks');
  await mkdir(bin);
  await copyFile(pluginBinary, join(bin, 'evio-ipam'));
  const ipam = {
    type: 'evio-ipam',
    subnet: '10.88.0.0/24',
    dataDir,
    agentSocket: node.socket,
    queue: node.queue,
  };
  const config = { cniVersion: '1.0.0', name, type: 'bridge', bridge: 'cni0', isGateway: true, ipam };
  const call = callPlugin(launch, {
    program: '/usr/bin/nsenter',
    args: [`--net=${node.netns.path}`, join(debianPlugins, 'bridge')],
    cniPath: `${bin}:${debianPlugins}`,
    config,
  });
  const [first] = sandboxes;
  for (const verb of ['ADD', 'DEL'] as const) {
    const run = first && (await call(verb, first));
    if (run?.code !== 0) throw new Error(`${verb} of the first pod failed: ${run?.out}${run?.err}`);
  }
  return {
    title: "evio-ipam under Debian's bridge",
    call,
    expected: ({ netns, attachment }, addresses) => {
      const { containerId, ifname } = attachment();
      return {
        links: [aVeth],
        'pod addresses': addresses.map((address) => `${netns.name} ${ifname} ${address}`),
        files: addresses.map((address) => `${address} ${containerId} ${ifname}`),
        log: addresses.map((address) => `${containerId} ${address}`),
      };
    },
    found: async () => ({
      links: linesOf(await node.netns.exec('ip', '-o', 'link', 'show', 'type', 'veth')).map(() => aVeth),
      'pod addresses': await podAddresses(sandboxes),
      files: await holders(join(dataDir, name)),
      log: await heldInLog(node),
      'queued DELs': await readdir(node.queue),
      rules: await rulesOf(node.netns),
    }),
  };
};
