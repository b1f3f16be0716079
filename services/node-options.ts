import { InvalidArgumentError, Option } from 'commander';
import { either as E } from 'fp-ts';
import { describeViolation } from '../domain/cluster/violation.ts';
import { type LogAddress, parseConnectionString } from '../domain/connection-string.ts';
import { parseSize } from '../domain/disk/size.ts';
import { ClusterName } from '../domain/identity/cluster-name.ts';
import { MachineHints } from '../domain/identity/machine-hints.ts';
import { NodeName } from '../domain/identity/node-name.ts';
import { type Cidr, parseCidr } from '../domain/ip/cidr.ts';
import { isReason, longestReason } from '../domain/reason.ts';
import type { AgentConfiguration } from './agent/configuration.ts';

/** What evio-agent and evio-config-gen must agree on; both take it from the same flags, environment or file. */
export type NodeOptions = {
  readonly cluster: ClusterName;
  readonly node: NodeName;
  readonly stateDir: string;
  readonly socket: string;
  readonly ovsSocket: string;
  readonly bridge: string;
  readonly datapathType: 'system' | 'netdev';
  readonly mtu: number;
  readonly cniConfDir: string;
  readonly masqueradeExclude: ReadonlyArray<Cidr>;
  readonly eraEvents: number;
  readonly ledger?: LogAddress;
  readonly nodeUid?: string;
};

/** Of whoever has the node's request to join written: config-gen for the one that it asks for, the agent for all of them. */
export const replaceOption = (): Option =>
  new Option(
    '--replace',
    "this node's life before is over (its disk was lost): take its place where that is known",
  );

export const clusterName = (text: string): ClusterName => {
  if (ClusterName.is(text)) return text;
  throw new InvalidArgumentError('lower-case letters, digits and inner hyphens, at most 63.');
};

export const nodeName = (text: string): NodeName => {
  if (NodeName.is(text)) return text;
  throw new InvalidArgumentError('a DNS name, as Kubernetes names its nodes (RFC 1123).');
};

/** Why an operator decides something. */
export const reason = (text: string): string => {
  if (isReason(text)) return text;
  throw new InvalidArgumentError(`say why, on one line of up to ${longestReason} characters.`);
};

const interfaceName = (text: string): string => {
  if (/^[^\s/:.][^\s/:]{0,14}$/.test(text)) return text;
  throw new InvalidArgumentError('an interface name of at most 15 characters.');
};

const mtu = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1280 && number <= 65_535) return number;
  throw new InvalidArgumentError('a number from 1280 to 65535.');
};

const cidr = (text: string): Cidr => {
  const parsed = parseCidr(text.trim());
  if (E.isRight(parsed)) return parsed.right;
  throw new InvalidArgumentError(
    parsed.left.type === 'host-bits-set' ? `host bits are set: write ${parsed.left.network}.` : 'not a CIDR.',
  );
};

const cidrs = (text: string, previous: ReadonlyArray<Cidr> = []): ReadonlyArray<Cidr> => [
  ...previous,
  ...text.split(',').map(cidr),
];

/** A number of seconds, for options that say how long; fractions are fine. */
export const seconds = (text: string): number => {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a number of seconds, such as 30.');
};

const eraEvents = (text: string): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('a number of events, such as 100000; 0 for never.');
};

/** A log's connection string. */
export const logAddress = (text: string): LogAddress => {
  const parsed = parseConnectionString(text, '--ledger');
  if (E.isRight(parsed)) return parsed.right;
  throw new InvalidArgumentError(parsed.left.map(describeViolation).join('; '));
};

const nodeUid = (text: string): string => {
  if (MachineHints.is({ kubernetesNode: text })) return text;
  throw new InvalidArgumentError('a UID as Kubernetes gives it, of at most 64 characters.');
};

/** A number of bytes, for options that say how much. */
export const size = (text: string): number => {
  const bytes = parseSize(text);
  if (bytes !== undefined && bytes > 0) return bytes;
  throw new InvalidArgumentError('a size such as 512MiB or 1GiB, or a number of bytes.');
};

export const stateDirOption = (): Option =>
  new Option('--state-dir <path>', 'folder of the log, its key, what is staged and queued')
    .env('EVIO_STATE_DIR')
    .default('/var/lib/evio');

export const socketOption = (): Option =>
  new Option('--socket <path>', "the agent's unix socket")
    .env('EVIO_AGENT_SOCKET')
    .default('/run/evio/agent.sock');

/** The options that name a node and its parts. */
export const nodeOptions = (hostname: string): ReadonlyArray<Option> => [
  new Option('--cluster <name>', 'cluster that this node belongs to')
    .env('EVIO_CLUSTER')
    .default('evio')
    .argParser(clusterName),
  new Option('--node <name>', "this node's name in the cluster")
    .env('EVIO_NODE')
    .default(hostname.toLowerCase(), "the machine's name")
    .argParser(nodeName),
  stateDirOption(),
  socketOption(),
  new Option('--ovs-socket <path>', 'the Open vSwitch database')
    .env('EVIO_OVS_SOCKET')
    .default('/var/run/openvswitch/db.sock'),
  new Option('--bridge <name>', 'Open vSwitch bridge for pods, made when missing')
    .env('EVIO_BRIDGE')
    .default('evio0')
    .argParser(interfaceName),
  new Option('--datapath-type <type>', 'netdev forwards in user space, system in the kernel module')
    .env('EVIO_DATAPATH_TYPE')
    .default('system')
    .choices(['system', 'netdev']),
  new Option('--mtu <bytes>', 'largest packet on bridge and pods; the overlay carries 1410')
    .env('EVIO_MTU')
    .default(1410)
    .argParser(mtu),
  new Option('--cni-conf-dir <path>', 'where the container runtime looks for network configurations')
    .env('EVIO_CNI_CONF_DIR')
    .default('/etc/cni/net.d'),
  new Option(
    '--masquerade-exclude <cidrs>',
    "destinations that see pods' own addresses, by commas (repeatable)",
  )
    .env('EVIO_MASQUERADE_EXCLUDE')
    .default([])
    .argParser(cidrs),
  new Option('--era-events <number>', "events after which the node's stream goes on in a new one; 0: never")
    .env('EVIO_ERA_EVENTS')
    .default(100_000)
    .argParser(eraEvents),
  new Option(
    '--ledger <connection string>',
    "the cluster log, by default this node's own: esdb://USER:PASSWORD@HOST:PORT; in the file or the environment no other user sees the password",
  )
    .env('EVIO_LEDGER')
    .argParser(logAddress),
  new Option('--node-uid <uid>', "the UID of this node's object in Kubernetes, a hint for operators")
    .env('EVIO_NODE_UID')
    .argParser(nodeUid),
];

/** The file in `--state-dir` that holds this node's log. */
export const logIn = (stateDir: string): string => `${stateDir}/ledger.db`;
export const logPath = ({ stateDir }: NodeOptions): string => logIn(stateDir);

/** Beside the log: of which ledger its replica is. */
export const ledgerMarkPath = ({ stateDir }: NodeOptions): string => `${stateDir}/ledger.json`;

/** The folder in which a DEL waits for the agent. */
export const queuePath = ({ stateDir }: NodeOptions): string => `${stateDir}/queue`;

export const keyPath = ({ stateDir }: NodeOptions): string => `${stateDir}/node.key`;

const hintsOf = (
  machine: string | undefined,
  kubernetesNode: string | undefined,
): Pick<AgentConfiguration, 'hints'> =>
  machine === undefined && kubernetesNode === undefined
    ? {}
    : { hints: { ...(machine && { machine }), ...(kubernetesNode && { kubernetesNode }) } };

export const agentConfiguration = (
  options: NodeOptions,
  {
    machine,
    ...identity
  }: { readonly bootId: string; readonly publicKey: string; readonly machine: string | undefined },
): AgentConfiguration => ({
  ...identity,
  ...hintsOf(machine, options.nodeUid),
  cluster: options.cluster,
  node: options.node,
  bridge: { name: options.bridge, datapathType: options.datapathType, mtu: options.mtu },
  masqueradeExclude: options.masqueradeExclude,
  antiSpoofing: true,
  switchTimeoutMs: 10_000,
  coolDownMs: 30_000,
  sweepMs: 60_000,
  subnetIdleMs: 600_000,
  stagedConflist: `${options.stateDir}/10-evio.conflist`,
  publishedConflist: `${options.cniConfDir}/10-evio.conflist`,
  allocatorCheckpoint: `${options.stateDir}/allocator.position`,
  eraEvents: options.eraEvents,
});
