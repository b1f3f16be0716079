import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, makeNode, pluginBinary, runToEnd, type TestNode } from './node.ts';

/** Debian's containernetworking-plugins. */
export const debianPlugins = '/usr/lib/cni';

export type IpamType = 'evio-ipam' | 'host-local';

export type IpamCall = {
  readonly containerId: string;
  readonly ifname?: string;
  readonly netns?: string;
  readonly args?: string;
  readonly cniVersion?: string;
  /** Top-level keys of the configuration beside `ipam`. */
  readonly more?: Readonly<Record<string, unknown>>;
};

/** What a plugin left behind it, in a shape that two of them can be compared in. */
export type Answer = {
  readonly code: number | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly msg: string };
};

/** A node without a cluster whose agent runs, evio-ipam beside Debian's plugins, and a dataDir for each IPAM plugin. */
export type IpamNode = {
  readonly node: TestNode;
  /** The folder that CNI_PATH names first. */
  readonly bin: string;
  readonly dataDir: (type: IpamType) => string;
  /** The `ipam` of this type, with its dataDir; ours knows where the agent is. */
  readonly ipam: (
    type: IpamType,
    keys: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>;
  /** Runs an IPAM plugin as a main plugin would. */
  readonly call: (
    type: IpamType,
    command: string,
    network: string,
    keys: Readonly<Record<string, unknown>> | undefined,
    request: IpamCall,
  ) => Promise<Ended>;
  /** Runs a main plugin of Debian's, which delegates to the `ipam` in its configuration. */
  readonly main: (plugin: string, command: string, config: object, request: IpamCall) => Promise<Ended>;
  /** The files of a network, by name; the lock is left out. */
  readonly files: (type: IpamType, network: string) => Promise<Readonly<Record<string, string>>>;
};

const environment = (
  command: string,
  bin: string,
  { containerId, ifname = 'eth0', netns, args }: IpamCall,
) => ({
  PATH: process.env['PATH'] ?? '',
  CNI_COMMAND: command,
  CNI_CONTAINERID: containerId,
  CNI_IFNAME: ifname,
  CNI_PATH: `${bin}:${debianPlugins}`,
  ...(netns === undefined ? {} : { CNI_NETNS: netns }),
  ...(args === undefined ? {} : { CNI_ARGS: args }),
});

export const filesIn = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const names = await readdir(folder).catch(() => []);
  const texts = names
    .filter((name) => name !== 'lock')
    .map(async (name) => [name, await readFile(join(folder, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
};

export const makeIpamNode = async (name: string): Promise<IpamNode> => {
  const node = await makeNode(name);
  const bin = join(node.dir, 'bin');
  await mkdir(bin);
  await copyFile(pluginBinary, join(bin, 'evio-ipam'));
  await node.startAgent();
  const dataDir = (type: IpamType): string => join(node.dir, `networks-${type}`);
  const ipam: IpamNode['ipam'] = (type, keys) => ({
    type,
    dataDir: dataDir(type),
    ...(type === 'evio-ipam' ? { agentSocket: node.socket, queue: node.queue } : {}),
    ...keys,
  });
  return {
    node,
    bin,
    dataDir,
    ipam,
    call: (type, command, network, keys, request) => {
      const { cniVersion = '1.0.0', more } = request;
      const config = { cniVersion, name: network, type: 'bridge', ...more };
      const program = join(type === 'evio-ipam' ? bin : debianPlugins, type);
      return runToEnd([program], {
        env: environment(command, bin, { netns: '/dev/null', ...request }),
        input: JSON.stringify(keys === undefined ? config : { ...config, ipam: ipam(type, keys) }),
      });
    },
    main: (plugin, command, config, request) =>
      runToEnd(['ip', 'netns', 'exec', node.netns.name, join(debianPlugins, plugin)], {
        env: environment(command, bin, request),
        input: JSON.stringify({ cniVersion: request.cniVersion ?? '1.0.0', ...config, ...request.more }),
      }),
    files: (type, network) => filesIn(join(dataDir(type), network)),
  };
};

/** Stdout and exit code as values: of a refusal what every CNI program says, for `details` and `cniVersion` host-local leaves out. */
export const answerOf = ({ code, out }: Pick<Ended, 'code' | 'out'>): Answer => {
  if (out.trim() === '') return { code };
  const said = JSON.parse(out);
  return code === 0 ? { code, result: said } : { code, error: { code: said.code, msg: said.msg } };
};
