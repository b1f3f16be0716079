import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Netns } from './netns.ts';
import { runToEnd, type TestNode } from './node.ts';

/** Debian's containernetworking-plugins. */
const pluginFolder = '/usr/lib/cni';

/** The network that another plugin serves on this node, with its files. */
export type OtherNetwork = {
  readonly dataDir: string;
  readonly cacheDir: string;
  /** ADD by the plugins `bridge` and `host-local`, and the result cached as libcni does it; gives the address. */
  readonly add: (pod: Netns, podName: string) => Promise<string>;
};

export const otherNetwork = async (
  node: TestNode,
  name: string,
  range: { readonly subnet: string; readonly rangeStart: string; readonly rangeEnd: string },
): Promise<OtherNetwork> => {
  const dataDir = join(node.dir, 'networks');
  const cacheDir = join(node.dir, 'cni-cache');
  await mkdir(join(cacheDir, 'results'), { recursive: true });
  const config = {
    cniVersion: '0.3.1',
    name,
    type: 'bridge',
    bridge: 'cni0',
    ipam: { type: 'host-local', ...range, dataDir },
  };
  return {
    dataDir,
    cacheDir,
    add: async (pod, podName) => {
      const args = [
        ['IgnoreUnknown', '1'],
        ['K8S_POD_NAMESPACE', 'default'],
        ['K8S_POD_NAME', podName],
      ];
      const env = {
        CNI_COMMAND: 'ADD',
        CNI_CONTAINERID: pod.name,
        CNI_IFNAME: 'eth0',
        CNI_NETNS: pod.path,
        CNI_PATH: pluginFolder,
        CNI_ARGS: args.map((pair) => pair.join('=')).join(';'),
        PATH: process.env['PATH'],
      };
      const command = ['ip', 'netns', 'exec', node.netns.name, join(pluginFolder, 'bridge')];
      const { code, out, err } = await runToEnd(command, { env, input: JSON.stringify(config) });
      if (code !== 0) throw new Error(`${out}${err}`);
      const result = JSON.parse(out);
      const cached = {
        kind: 'cniCacheV1',
        containerId: pod.name,
        config: Buffer.from(JSON.stringify(config)).toString('base64'),
        ifName: 'eth0',
        networkName: name,
        netns: pod.path,
        cniArgs: args,
        result,
      };
      await writeFile(join(cacheDir, 'results', `${name}-${pod.name}-eth0`), JSON.stringify(cached));
      return String(result.ips[0].address).replace(/\/.*/, '');
    },
  };
};
