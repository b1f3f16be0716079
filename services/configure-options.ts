import { Option } from 'commander';

/** How a cluster's configuration is given to a command, before it is judged. */
export type ConfigureOptions = {
  readonly podCidr: ReadonlyArray<string>;
  readonly nodeBits: ReadonlyArray<string>;
  readonly hostCidr: string;
  readonly quarantine: string;
  readonly maxSubnetsPerNode?: string;
  readonly leaseTtl?: string;
  readonly minReader?: string;
};

export const configureOptions = (): ReadonlyArray<Option> => [
  new Option(
    '--pod-cidr <cidr...>',
    'pod overlay, one or more of each family (10.244.0.0/16 fd00:244::/48)',
  ).makeOptionMandatory(),
  new Option(
    '--node-bits <bits...>',
    'bits that number the nodes, in the order of --pod-cidr (8: 256 nodes)',
  ).makeOptionMandatory(),
  new Option('--host-cidr <cidr>', 'host overlay, one address per node (10.10.0.0/16)').makeOptionMandatory(),
  new Option('--quarantine <duration>', 'from the release of a subnet until it may be leased again').default(
    '24h',
  ),
  new Option(
    '--max-subnets-per-node <count>',
    'of each family: a node that is full gets another one, and gives empty ones back (default 1; needs --min-reader 6)',
  ),
  new Option(
    '--lease-ttl <duration>',
    'a node that is not heard of for so long loses its lease, and stops giving addresses before (default: never; needs --min-reader 7)',
  ),
  new Option(
    '--min-reader <generation>',
    'oldest programs that still read this cluster: newer events are written once all can read them',
  ),
];

/** What `parseConfiguration` judges, without what else the command was told. */
export const wantedConfiguration = ({
  podCidr,
  nodeBits,
  hostCidr,
  quarantine,
  maxSubnetsPerNode,
  leaseTtl,
  minReader,
}: ConfigureOptions): Readonly<Record<string, unknown>> => ({
  podCidr,
  nodeBits,
  hostCidr,
  quarantine,
  maxSubnetsPerNode,
  leaseTtl,
  minReader,
});

export type ConfigureAnswer = {
  readonly changed: boolean;
  readonly configuration: {
    readonly podCidrs: ReadonlyArray<{ readonly cidr: string; readonly nodeBits: number }>;
    readonly hostCidr: string;
    readonly quarantineSeconds: number;
    readonly maxSubnetsPerNode?: number;
    readonly leaseTtlSeconds?: number;
  };
};

export const configureWords = ({ changed, configuration }: ConfigureAnswer): string => {
  const { podCidrs, hostCidr, quarantineSeconds, maxSubnetsPerNode, leaseTtlSeconds } = configuration;
  const most = maxSubnetsPerNode === undefined ? '' : `; up to ${maxSubnetsPerNode} subnets a node`;
  const ttl = leaseTtlSeconds === undefined ? '' : `; lease TTL ${leaseTtlSeconds} s`;
  const networks = podCidrs.map(({ cidr, nodeBits }) => `${cidr} for ${2 ** nodeBits} nodes`).join(', ');
  return `${changed ? 'configured' : 'already configured'}: pods ${networks}; hosts ${hostCidr}; quarantine ${quarantineSeconds} s${most}${ttl}`;
};
