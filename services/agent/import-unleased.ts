import { type ClusterFailure, describeClusterFailure } from '../../domain/cluster/failure.ts';
import { joinRefusal } from '../../domain/cluster/join-refusal.ts';
import { type Violation, violation } from '../../domain/cluster/violation.ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import type { ImportedPod } from '../../domain/host/command.ts';
import type { HostFailure } from '../../domain/host/failure.ts';
import { conflictsOf, freshPods, readerOf } from '../../domain/host/import-pods.ts';
import { describeImportConflict } from '../../domain/host/import-words.ts';
import { Incarnation } from '../../domain/identity/uuid.ts';
import type { HeldSubnets } from '../../domain/import-source.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import type { ImportRequest, Unleased } from '../../domain/transfer/import-request.ts';
import type { Agent } from './agent.ts';

type Asked = Pick<ImportRequest, 'from' | 'subnets'>;

/** What the allocator would refuse the join with these subnets for, as far as the cluster is known here. */
const refusalOf = (
  { ports, configuration, cluster, ledger }: Agent,
  held: HeldSubnets,
): ClusterFailure | undefined => {
  const { logId } = ports.ownLog.identity;
  const state = cluster.state();
  // Behind a ledger the configuration may only not have come yet.
  if (!Incarnation.is(logId) || (ledger !== undefined && state.configuration === undefined)) return undefined;
  const { node, publicKey, hints, replace } = configuration;
  const asOf = ports.clock.now();
  return joinRefusal({ node, incarnation: logId, publicKey, hints, replace, held, asOf }, state);
};

const hostViolation = (key: string, value: unknown, failure: HostFailure): Violation => {
  const { msg, details } = toCniError(failure);
  return { ...violation(key, value, '', details), reason: msg };
};

const untoldOf = (
  { cluster, ledger }: Agent,
  subnets: ReadonlyArray<Cidr> | undefined,
): ReadonlyArray<string> => {
  if (subnets === undefined)
    return ['which of the addresses will lie in the subnet of this node: the allocator chooses it'];
  if (ledger === undefined || subnets.length === 0) return [];
  const asked = `whether the ledger ${ledger.status().ledger} leases ${subnets.join(', ')} to this node`;
  return cluster.state().configuration === undefined
    ? [`${asked}: it knows nothing of its cluster yet`]
    : [`${asked}: it knows the cluster's stream up to revision ${cluster.revision()}`];
};

/** The cluster's and its allocator's part of it. */
const clusterViolations = (agent: Agent, { from, subnets }: Asked): ReadonlyArray<Violation> => {
  if (subnets === undefined) return [hostViolation('lease', undefined, { type: 'no-lease' })];
  if (subnets.length === 0) return [];
  const refusal = refusalOf(agent, { from, subnets });
  if (refusal === undefined) return [];
  const { msg, remedy } = describeClusterFailure(refusal);
  return [{ ...violation('lease', subnets.join(', '), '', remedy), reason: msg }];
};

/**
 * All that keeps the pods from being taken over by a node without a lease, as far as that can be known before it has one: what
 * it would ask for (`subnets`; empty: it does not know) is looked at as the allocator would, and as if it were the node's.
 */
export const unleased = (agent: Agent, asked: Asked, pods: ReadonlyArray<ImportedPod>): Unleased => {
  const { from, subnets = [] } = asked;
  const state = agent.host.state();
  const { podCidrs = [], minReader } = agent.cluster.state().configuration ?? {};
  const bounds = subnets.length > 0 ? { subnets } : { podCidrs: podCidrs.map(({ cidr }) => cidr) };
  const needed = readerOf(from);
  return {
    violations: [
      ...clusterViolations(agent, asked),
      ...(minReader === undefined || minReader >= needed
        ? []
        : [hostViolation('minReader', minReader, { type: 'readers-too-old', minReader, needed })]),
      ...conflictsOf(state, bounds, freshPods(state, pods)).map(describeImportConflict),
    ],
    untold: untoldOf(agent, asked.subnets),
  };
};
