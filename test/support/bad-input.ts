import type { Netns } from './netns.ts';
import type { TestNode } from './node.ts';

/** A joined node whose subnet is 10.244.0.0/29, where `neighbour` holds 10.244.0.2. */
export type Surroundings = {
  readonly node: TestNode;
  readonly neighbour: Netns;
  readonly regularFile: string;
};

export type BadInput = {
  readonly title: string;
  /** In place of what is right; an empty text is an absent variable. */
  readonly environment?: (there: Surroundings) => Readonly<Record<string, string>>;
  readonly keys?: object;
  readonly stdin?: string;
  readonly code: number;
  readonly msg: RegExp;
  readonly details: RegExp;
};

const environment =
  (name: string, value: string | ((there: Surroundings) => string)): NonNullable<BadInput['environment']> =>
  (there) => ({ [name]: typeof value === 'string' ? value : value(there) });

/** What a joined node refuses, one line of them each. */
export const badInputs: ReadonlyArray<BadInput> = [
  {
    title: 'an unknown verb',
    environment: environment('CNI_COMMAND', 'UPDATE'),
    code: 4,
    msg: /CNI_COMMAND: UPDATE/,
    details: /ADD, DEL, CHECK/,
  },
  {
    title: 'a call without any variable',
    environment: () => ({ CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '', CNI_PATH: '' }),
    code: 4,
    msg: /\[CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH\] missing/,
    details: /runtime must set/,
  },
  { title: 'bad JSON', stdin: '{"name": ', code: 6, msg: /JSON/, details: /one JSON object/ },
  {
    title: 'an unsupported version',
    keys: { cniVersion: '0.2.0' },
    code: 1,
    msg: /cniVersion "0\.2\.0"/,
    details: /supports \["0\.3\.0"/,
  },
  {
    title: 'an unknown bridge type',
    keys: { bridgeType: 'LXBR' },
    code: 2,
    msg: /"bridgeType": "LXBR"/,
    details: /write "OVS"/,
  },
  {
    title: 'a misspelt key',
    keys: { brigde: 'evio0' },
    code: 2,
    msg: /"brigde": "evio0"/,
    details: /did you mean "bridge"\?/,
  },
  {
    title: 'another bridge than the agent’s',
    keys: { bridge: 'br9' },
    code: 7,
    msg: /bridge "br9"/,
    details: /write "bridge": "evio0"/,
  },
  { title: 'an mtu below what IP needs', keys: { mtu: 40 }, code: 7, msg: /"mtu": 40/, details: /from 68/ },
  {
    title: 'an mtu above what the bridge carries',
    keys: { mtu: 9000 },
    code: 7,
    msg: /mtu "9000" is outside of 68 … 1410/,
    details: /larger --mtu/,
  },
  {
    title: 'a network namespace that is not there',
    environment: environment('CNI_NETNS', '/run/netns/evio-nowhere'),
    code: 4,
    msg: /CNI_NETNS "\/run\/netns\/evio-nowhere" does not exist/,
    details: /before it calls ADD/,
  },
  {
    title: 'a regular file as network namespace',
    environment: environment('CNI_NETNS', ({ regularFile }) => regularFile),
    code: 4,
    msg: /CNI_NETNS ".*\/file" is not a network namespace/,
    details: /\/run\/netns\/NAME/,
  },
  {
    title: 'a mount namespace as network namespace',
    environment: environment('CNI_NETNS', ({ node }) => `/proc/${node.agentPid()}/ns/mnt`),
    code: 4,
    msg: /CNI_NETNS "\/proc\/\d+\/ns\/mnt" is not a network namespace/,
    details: /\/run\/netns\/NAME/,
  },
  {
    title: 'the host’s own network namespace by name',
    environment: environment('CNI_NETNS', ({ node }) => node.netns.path),
    code: 8,
    msg: /is the host's own network namespace/,
    details: /host networking needs no CNI/,
  },
  {
    title: 'the host’s own network namespace by process',
    environment: environment('CNI_NETNS', ({ node }) => `/proc/${node.agentPid()}/ns/net`),
    code: 8,
    msg: /CNI_NETNS "\/proc\/\d+\/ns\/net" is the host's own/,
    details: /host networking needs no CNI/,
  },
  {
    title: 'an interface name that the container has',
    environment: environment('CNI_IFNAME', 'taken0'),
    code: 4,
    msg: /CNI_IFNAME "taken0" exists already in \/run\/netns\//,
    details: /choose another/,
  },
  {
    title: 'the container’s loopback as interface name',
    environment: environment('CNI_IFNAME', 'lo'),
    code: 4,
    msg: /CNI_IFNAME "lo" exists already/,
    details: /choose another/,
  },
  ...['sixteen-letters1', 'eth/0', 'eth 0', 'eth%d', '..', 'größerals15byte'].map((ifname) => ({
    title: `the interface name "${ifname}"`,
    environment: environment('CNI_IFNAME', ifname),
    code: 4,
    msg: new RegExp(`CNI_IFNAME ${JSON.stringify(ifname)}`),
    details: /1 to 15 bytes/,
  })),
  ...['../c1', 'c1/eth0', ' c1', '-c1'].map((id) => ({
    title: `the container id "${id}"`,
    environment: environment('CNI_CONTAINERID', id),
    code: 4,
    msg: new RegExp(`CNI_CONTAINERID ${JSON.stringify(id)}`),
    details: /begins with a letter or digit/,
  })),
  {
    title: 'an attachment that is there already',
    environment: ({ neighbour }) => ({ CNI_CONTAINERID: neighbour.name, CNI_NETNS: neighbour.path }),
    code: 7,
    msg: /CNI_CONTAINERID ".*" with CNI_IFNAME "eth0" is attached .* 10\.244\.0\.2$/,
    details: /DEL it before/,
  },
  ...(
    [
      ['outside of the subnet', '10.99.0.7', 7, /"10\.99\.0\.7" is outside of this node's 10\.244\.0\.0\/29/],
      ['that is the gateway', '10.244.0.1', 7, /"10\.244\.0\.1" is the gateway address/],
      ['that another pod holds', '10.244.0.2', 11, /"10\.244\.0\.2" is held by evio\/.*\/eth0/],
      ['that is none', '10.244.0', 7, /"10\.244\.0"/],
    ] as const
  ).map(([which, address, code, msg]) => ({
    title: `a requested address ${which}`,
    keys: { args: { cni: { ips: [address] } } },
    code,
    msg,
    details: /./,
  })),
  {
    title: 'a CHECK of what was never added',
    environment: environment('CNI_COMMAND', 'CHECK'),
    keys: {
      prevResult: { cniVersion: '1.0.0', interfaces: [{ name: 'eth0', sandbox: '/run/netns/pod' }], ips: [] },
    },
    code: 3,
    msg: /has no address in network "evio"/,
    details: /never added here/,
  },
];
