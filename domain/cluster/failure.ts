import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { InTheWay } from './reconfigure.ts';

export type NoFreeSubnet = {
  readonly type: 'no-free-subnet';
  readonly podCidr: Cidr;
  readonly capacity: number;
  readonly leased: number;
  readonly inQuarantine: number;
  /** RFC 3339 UTC; `undefined` when all are leased. */
  readonly nextFreeAt: string | undefined;
};

export type NoFreeHostAddress = {
  readonly type: 'no-free-host-address';
  readonly hostCidr: Cidr;
  readonly capacity: number;
  readonly held: number;
  readonly inQuarantine: number;
  /** RFC 3339 UTC; `undefined` when all are held. */
  readonly nextFreeAt: string | undefined;
};

/** The log was restored: what looks free may be held by nodes that it does not know. */
export type LeasingPaused = { readonly type: 'leasing-paused'; readonly epoch: number };

/** Why the cluster refuses a command; nothing was changed. */
export type ClusterFailure =
  | { readonly type: 'not-configured' }
  /** Other networks, in which what the cluster has given would have no place. */
  | ({ readonly type: 'cluster-in-use' } & InTheWay)
  | {
      readonly type: 'node-known';
      readonly node: NodeName;
      /** The life that is the member. */
      readonly incarnation: Incarnation;
      /** The life that asked. */
      readonly refused: Incarnation;
      /** What the member holds. */
      readonly subnets: ReadonlyArray<Cidr>;
      /** Whether both say that they run on one machine; absent where one of them does not say. */
      readonly machine?: 'same' | 'other';
    }
  /** The life that asks is destroyed, as an operator says. */
  | {
      readonly type: 'life-attested';
      readonly node: NodeName;
      readonly incarnation: Incarnation;
      readonly reason: string;
    }
  /** The life that was `named` is not, or no longer, the one that is the member. */
  | {
      readonly type: 'not-the-member';
      readonly node: NodeName;
      readonly incarnation: Incarnation;
      readonly named: Incarnation;
    }
  /** Older programs read this cluster's events, and could not read these. */
  | { readonly type: 'readers-too-old'; readonly minReader: number; readonly needed: number }
  /** Events that older programs cannot read may stand in the log already. */
  | { readonly type: 'reader-lowered'; readonly minReader: number; readonly asked: number }
  | { readonly type: 'unknown-node'; readonly node: NodeName }
  | { readonly type: 'lease-revoked'; readonly node: NodeName; readonly subnets: ReadonlyArray<Cidr> }
  | { readonly type: 'lease-held'; readonly node: NodeName; readonly subnets: ReadonlyArray<Cidr> }
  /** `holder` is who holds the subnet instead; `undefined` when nobody ever did. */
  | {
      readonly type: 'not-holder';
      readonly node: NodeName;
      readonly subnet: Cidr;
      readonly holder: string | undefined;
    }
  /** What a node's pods use already is no node subnet of the cluster: other networks, or other bits. */
  | {
      readonly type: 'subnet-not-of-cluster';
      readonly node: NodeName;
      readonly subnet: Cidr;
      readonly podCidr: Cidr;
      /** Of the cluster's node subnets. */
      readonly length: number;
    }
  /** `holder` is the node that holds it; `undefined` when one did. */
  | {
      readonly type: 'subnet-taken';
      readonly node: NodeName;
      readonly subnet: Cidr;
      readonly holder: string | undefined;
    }
  /** What a node says that it has in the host overlay is another's (`holder`), or not in `hostCidr`. */
  | {
      readonly type: 'host-address-refused';
      readonly node: NodeName;
      readonly hostAddress: IpAddress;
      readonly hostCidr: Cidr;
      readonly holder: string | undefined;
    }
  /** Of one family, as many as `maxSubnetsPerNode` allows. */
  | {
      readonly type: 'subnets-at-maximum';
      readonly node: NodeName;
      readonly subnets: ReadonlyArray<Cidr>;
      readonly most: number;
    }
  | LeasingPaused
  | NoFreeSubnet
  | NoFreeHostAddress;

const named = 5;

const list = (names: ReadonlyArray<string>): string =>
  names.length <= named
    ? names.join(', ')
    : `${names.slice(0, named).join(', ')} and ${names.length - named} more`;

const inTheWayWords = ({ leases, hostAddresses, released, lacking }: InTheWay): string =>
  [
    ...(leases.length === 0 ? [] : [list(leases.map(({ node, subnet }) => `${node} holds ${subnet}`))]),
    ...(hostAddresses.length === 0
      ? []
      : [list(hostAddresses.map(({ node, hostAddress }) => `${node} has ${hostAddress}`))]),
    ...(released.length === 0 ? [] : [`${list(released)} may be in quarantine`]),
    ...(lacking.length === 0 ? [] : [`${list(lacking)} would lack a subnet of a family`]),
  ].join('; ');

const wait = (nextFreeAt: string | undefined): string =>
  nextFreeAt === undefined ? 'let a node that is no longer needed leave' : `ask again after ${nextFreeAt}`;

const describeKnownNode = ({
  node,
  incarnation,
  refused,
  subnets,
  machine,
}: Extract<ClusterFailure, { readonly type: 'node-known' }>) => {
  const machines = {
    same: ': both say the same machine id, so its disk was lost, or one is a clone of the other',
    other: ': they say different machine ids, so they are two machines, or its hardware was replaced',
  };
  const gone =
    subnets.length === 0
      ? 'if that life is over, --replace of evio-config-gen or evio-agent on this node takes its place'
      : `if that life is gone for good, evioctl attest ${node} --destroyed --reason "…", and this one goes on with ${list(subnets)}`;
  return {
    msg: `node ${node} is joined as incarnation ${incarnation}, not as ${refused}${machine === undefined ? '' : machines[machine]}`,
    remedy: `${gone}; if both run, give one of them another name with --node`,
  };
};

/** The refusal in words: which key, which value, and what to do. */
export const describeClusterFailure = (
  failure: ClusterFailure,
): { readonly msg: string; readonly remedy: string } => {
  switch (failure.type) {
    case 'not-configured':
      return {
        msg: 'the cluster has no configuration',
        remedy: 'give it podCidr, nodeBits and hostCidr with evioctl configure',
      };
    case 'cluster-in-use':
      return {
        msg: `podCidr, nodeBits and hostCidr do not fit what the cluster has given: ${inTheWayWords(failure)}`,
        remedy:
          'keep what was ever given in its place: add a podCidr, or widen one and its nodeBits by as many bits; or make a new cluster',
      };
    case 'reader-lowered':
      return {
        msg: `minReader ${failure.asked} is lower than the cluster's ${failure.minReader}: the log may hold events that older programs cannot read`,
        remedy: 'leave minReader out, and keep every node at a program that reads them',
      };
    case 'node-known':
      return describeKnownNode(failure);
    case 'life-attested':
      return {
        msg: `incarnation ${failure.incarnation} of node ${failure.node} is destroyed, as an operator says: ${failure.reason}`,
        remedy:
          'if it runs all the same, let its pods end and start it with an empty --state-dir: as a new incarnation it goes on',
      };
    case 'not-the-member':
      return {
        msg: `node ${failure.node} is joined as incarnation ${failure.incarnation}, and ${failure.named} was named`,
        remedy: 'a new life may have replaced the one that is meant: look with evioctl leases --json',
      };
    case 'readers-too-old':
      return {
        msg: `programs of generation ${failure.minReader} read this cluster's log, and could not read this`,
        remedy: `upgrade every program of the cluster, evioctl configure with --min-reader ${failure.needed}, and ask again`,
      };
    case 'unknown-node':
      return { msg: `node ${failure.node} is not joined`, remedy: 'join it first, or correct its name' };
    case 'lease-revoked':
      return {
        msg: `the lease of node ${failure.node} on ${list(failure.subnets)} was revoked and is not released yet`,
        remedy: 'let its last pods end: it then gives the lease back and may ask for a new one',
      };
    case 'lease-held':
      return {
        msg: `node ${failure.node} still holds ${list(failure.subnets)}`,
        remedy: 'let its last pods end: it then gives the lease back and leaves',
      };
    case 'not-holder':
      return {
        msg: `node ${failure.node} does not hold ${failure.subnet}${failure.holder === undefined ? '' : `: ${failure.holder} does`}`,
        remedy: 'look for its subnets with evioctl leases',
      };
    case 'subnet-not-of-cluster':
      return {
        msg: `the pods of node ${failure.node} use ${failure.subnet}, which is no /${failure.length} of podCidr ${failure.podCidr}`,
        remedy:
          'configure the cluster with the podCidr and nodeBits that those pods were given addresses from',
      };
    case 'subnet-taken':
      return {
        msg: `the pods of node ${failure.node} use ${failure.subnet}, which ${failure.holder === undefined ? 'was leased before' : `${failure.holder} holds`}`,
        remedy: 'let the pods there end, and join this node without them',
      };
    case 'host-address-refused':
      return {
        msg: `node ${failure.node} has the host address ${failure.hostAddress}, which ${failure.holder === undefined ? `is not in hostCidr ${failure.hostCidr}` : `${failure.holder} holds`}`,
        remedy: 'join it without that address',
      };
    case 'subnets-at-maximum':
      return {
        msg: `node ${failure.node} holds ${list(failure.subnets)}: maxSubnetsPerNode is ${failure.most}`,
        remedy: 'schedule on other nodes, or raise maxSubnetsPerNode with evioctl configure',
      };
    case 'leasing-paused':
      return {
        msg: `leasing is paused: the log was restored from a backup (epoch ${failure.epoch}), and nodes that joined behind the backup may hold what looks free`,
        remedy:
          'let them present their leases, or make sure that no node holds what evioctl leases does not list; then evio-ledger resume, and let the node ask again',
      };
    case 'no-free-subnet':
      return {
        msg:
          `podCidr ${failure.podCidr} has no free subnet: ${failure.leased} of ${failure.capacity} are leased, ` +
          `${failure.inQuarantine} in quarantine`,
        remedy: wait(failure.nextFreeAt),
      };
    case 'no-free-host-address':
      return {
        msg:
          `hostCidr ${failure.hostCidr} has no free address: ${failure.held} of ${failure.capacity} are held, ` +
          `${failure.inQuarantine} in quarantine`,
        remedy: wait(failure.nextFreeAt),
      };
  }
};
