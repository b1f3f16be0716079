import test from 'ava';
import { type ClusterFailure, describeClusterFailure } from '../../../domain/cluster/failure.ts';
import { address, cidr, life, node } from '../../support/cluster.ts';

const said = test.macro<[ClusterFailure, string, string]>({
  exec: (t, failure: ClusterFailure, msg: string, remedy: string) => {
    t.deepEqual(describeClusterFailure(failure), { msg, remedy });
  },
  title: (what, failure) => `in words: ${failure.type}${what === undefined ? '' : `, ${what}`}`,
});

test(
  said,
  { type: 'not-configured' },
  'the cluster has no configuration',
  'give it podCidr, nodeBits and hostCidr with evioctl configure',
);
test(
  said,
  {
    type: 'cluster-in-use',
    leases: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({
      node: node(name),
      subnet: cidr('10.244.0.0/24'),
    })),
    hostAddresses: [{ node: node('a'), hostAddress: address('10.10.0.1') }],
    released: ['10.244.9.0/24'],
    lacking: [node('b')],
  },
  'podCidr, nodeBits and hostCidr do not fit what the cluster has given: a holds 10.244.0.0/24, b holds 10.244.0.0/24, c holds 10.244.0.0/24, d holds 10.244.0.0/24, e holds 10.244.0.0/24 and 2 more; a has 10.10.0.1; 10.244.9.0/24 may be in quarantine; b would lack a subnet of a family',
  'keep what was ever given in its place: add a podCidr, or widen one and its nodeBits by as many bits; or make a new cluster',
);
test(
  said,
  {
    type: 'node-known',
    node: node('n1'),
    incarnation: life(1),
    refused: life(2),
    subnets: [cidr('10.244.0.0/24')],
  },
  `node n1 is joined as incarnation ${life(1)}, not as ${life(2)}`,
  'if that life is gone for good, evioctl attest n1 --destroyed --reason "…", and this one goes on with 10.244.0.0/24; if both run, give one of them another name with --node',
);
test(
  'a re-imaged disk or a clone',
  said,
  {
    type: 'node-known',
    node: node('n1'),
    incarnation: life(1),
    refused: life(2),
    subnets: [],
    machine: 'same',
  },
  `node n1 is joined as incarnation ${life(1)}, not as ${life(2)}: both say the same machine id, so its disk was lost, or one is a clone of the other`,
  'if that life is over, --replace of evio-config-gen or evio-agent on this node takes its place; if both run, give one of them another name with --node',
);
test(
  'another machine',
  said,
  {
    type: 'node-known',
    node: node('n1'),
    incarnation: life(1),
    refused: life(2),
    subnets: [],
    machine: 'other',
  },
  `node n1 is joined as incarnation ${life(1)}, not as ${life(2)}: they say different machine ids, so they are two machines, or its hardware was replaced`,
  'if that life is over, --replace of evio-config-gen or evio-agent on this node takes its place; if both run, give one of them another name with --node',
);
test(
  said,
  { type: 'life-attested', node: node('n1'), incarnation: life(1), reason: 'burnt' },
  `incarnation ${life(1)} of node n1 is destroyed, as an operator says: burnt`,
  'if it runs all the same, let its pods end and start it with an empty --state-dir: as a new incarnation it goes on',
);
test(
  said,
  { type: 'not-the-member', node: node('n1'), incarnation: life(2), named: life(1) },
  `node n1 is joined as incarnation ${life(2)}, and ${life(1)} was named`,
  'a new life may have replaced the one that is meant: look with evioctl leases --json',
);
test(
  said,
  { type: 'readers-too-old', minReader: 5, needed: 6 },
  "programs of generation 5 read this cluster's log, and could not read this",
  'upgrade every program of the cluster, evioctl configure with --min-reader 6, and ask again',
);
test(
  said,
  { type: 'reader-lowered', minReader: 2, asked: 1 },
  "minReader 1 is lower than the cluster's 2: the log may hold events that older programs cannot read",
  'leave minReader out, and keep every node at a program that reads them',
);
test(
  said,
  {
    type: 'subnet-not-of-cluster',
    node: node('n1'),
    subnet: cidr('10.245.0.0/24'),
    podCidr: cidr('10.244.0.0/16'),
    length: 24,
  },
  'the pods of node n1 use 10.245.0.0/24, which is no /24 of podCidr 10.244.0.0/16',
  'configure the cluster with the podCidr and nodeBits that those pods were given addresses from',
);
test(
  said,
  { type: 'subnet-taken', node: node('n1'), subnet: cidr('10.244.0.0/24'), holder: 'n2' },
  'the pods of node n1 use 10.244.0.0/24, which n2 holds',
  'let the pods there end, and join this node without them',
);
test(
  'nobody holds it now',
  said,
  { type: 'subnet-taken', node: node('n1'), subnet: cidr('10.244.0.0/24'), holder: undefined },
  'the pods of node n1 use 10.244.0.0/24, which was leased before',
  'let the pods there end, and join this node without them',
);
test(
  said,
  { type: 'unknown-node', node: node('n1') },
  'node n1 is not joined',
  'join it first, or correct its name',
);
test(
  said,
  { type: 'lease-revoked', node: node('n1'), subnets: [cidr('10.244.0.0/24')] },
  'the lease of node n1 on 10.244.0.0/24 was revoked and is not released yet',
  'let its last pods end: it then gives the lease back and may ask for a new one',
);
test(
  said,
  { type: 'lease-held', node: node('n1'), subnets: [cidr('10.244.0.0/24'), cidr('fd00::/64')] },
  'node n1 still holds 10.244.0.0/24, fd00::/64',
  'let its last pods end: it then gives the lease back and leaves',
);
test(
  said,
  { type: 'not-holder', node: node('n1'), subnet: cidr('10.244.0.0/24'), holder: 'n2' },
  'node n1 does not hold 10.244.0.0/24: n2 does',
  'look for its subnets with evioctl leases',
);
test(
  'nobody does',
  said,
  { type: 'not-holder', node: node('n1'), subnet: cidr('10.244.0.0/24'), holder: undefined },
  'node n1 does not hold 10.244.0.0/24',
  'look for its subnets with evioctl leases',
);
test(
  said,
  { type: 'leasing-paused', epoch: 2 },
  'leasing is paused: the log was restored from a backup (epoch 2), and nodes that joined behind the backup may hold what looks free',
  'let them present their leases, or make sure that no node holds what evioctl leases does not list; then evio-ledger resume, and let the node ask again',
);
const foreignHostAddress = {
  type: 'host-address-refused',
  node: node('n1'),
  hostAddress: address('10.11.0.1'),
  hostCidr: cidr('10.10.0.0/16'),
} as const;
test(
  said,
  { ...foreignHostAddress, holder: undefined },
  'node n1 has the host address 10.11.0.1, which is not in hostCidr 10.10.0.0/16',
  'join it without that address',
);
test(
  'another node’s',
  said,
  { ...foreignHostAddress, holder: 'n2' },
  'node n1 has the host address 10.11.0.1, which n2 holds',
  'join it without that address',
);
test(
  said,
  {
    type: 'no-free-subnet',
    podCidr: cidr('10.244.0.0/16'),
    capacity: 256,
    leased: 250,
    inQuarantine: 6,
    nextFreeAt: '2026-03-02T01:00:00.000Z',
  },
  'podCidr 10.244.0.0/16 has no free subnet: 250 of 256 are leased, 6 in quarantine',
  'ask again after 2026-03-02T01:00:00.000Z',
);
test(
  said,
  {
    type: 'no-free-host-address',
    hostCidr: cidr('10.10.0.0/30'),
    capacity: 2,
    held: 2,
    inQuarantine: 0,
    nextFreeAt: undefined,
  },
  'hostCidr 10.10.0.0/30 has no free address: 2 of 2 are held, 0 in quarantine',
  'let a node that is no longer needed leave',
);
test(
  said,
  { type: 'subnets-at-maximum', node: node('n1'), subnets: [cidr('10.244.0.0/24')], most: 1 },
  'node n1 holds 10.244.0.0/24: maxSubnetsPerNode is 1',
  'schedule on other nodes, or raise maxSubnetsPerNode with evioctl configure',
);
