import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sha256 } from '../adapters/system/sha256.ts';
import type { IpAddress } from '../domain/ip/address.ts';
import { hostIfname } from '../domain/kernel/host-ifname.ts';
import { cookieOf, ownCookies } from '../domain/ovs/cookie.ts';
import { podFlows } from '../domain/ovs/pod-flows.ts';
import type { LaunchAndWait } from '../test/support/launch.ts';
import { pluginBinary, type TestNode } from '../test/support/node.ts';
import { callPlugin } from './call-plugin.ts';
import { heldInLog, linesOf, podAddresses, routesOf, rulesOf } from './machine.ts';
import type { Network, Sandbox } from './network.ts';

const name = 'evio';

/** `12` flows of one link, as a word. */
const flowsOf = (link: string, count: number): string => `${link}: ${count}`;

const foundFlows = async ({ ovs }: TestNode): Promise<ReadonlyArray<string>> => {
  const dumped = await ovs.ofctl('evio0', 'dump-flows', `cookie=0x${ownCookies.value}/0x${ownCookies.mask}`);
  const counts = new Map<string, number>();
  for (const line of linesOf(dumped)) {
    const cookie = /cookie=0x([0-9a-f]+)/.exec(line)?.[1];
    if (cookie !== undefined) counts.set(cookie, (counts.get(cookie) ?? 0) + 1);
  }
  return [...counts].map(([cookie, count]) => flowsOf(cookie, count));
};

/** Our plugin under a runtime, with all that the agent makes for it. */
export const ourNetwork = (
  node: TestNode,
  sandboxes: ReadonlyArray<Sandbox>,
  launch: LaunchAndWait,
): Network => {
  const config = { cniVersion: '1.0.0', name, type: 'evio', agentSocket: node.socket, queue: node.queue };
  const linkOf = (sandbox: Sandbox): string => hostIfname(sha256, { network: name, ...sandbox.attachment() });
  return {
    title: 'evio',
    call: callPlugin(launch, { program: pluginBinary, cniPath: dirname(pluginBinary), config }),
    expected: (sandbox, addresses) => {
      const link = linkOf(sandbox);
      const flows = podFlows(
        {
          hostIfname: link,
          mac: '00:00:00:00:00:00',
          addresses: addresses.map((address) => ({ address: address as IpAddress })),
        },
        1,
      );
      return {
        links: [link],
        ports: [link],
        flows: [flowsOf(cookieOf(link) ?? '', flows.length)],
        'pod addresses': addresses.map((address) => `${sandbox.netns.name} eth0 ${address}`),
        log: addresses.map((address) => `${sandbox.attachment().containerId} ${address}`),
      };
    },
    found: async () => ({
      links: linesOf(await node.netns.exec('ip', '-o', 'link', 'show', 'type', 'veth')).map(
        (line) => /^\d+: ([^@:]+)/.exec(line)?.[1] ?? line,
      ),
      ports: linesOf(await node.ovs.vsctl('--no-wait', 'list-ports', 'evio0')),
      flows: await foundFlows(node),
      'pod addresses': await podAddresses(sandboxes),
      log: await heldInLog(node),
      'queued DELs': await readdir(node.queue),
      routes: await routesOf(node.netns),
      rules: await rulesOf(node.netns),
    }),
  };
};
