import { either as E } from 'fp-ts';
import type { WantedConfiguration } from '../cluster/configuration.ts';
import { type ClusterEvent, clusterEvents } from '../cluster/events.ts';
import { capacities } from '../cluster/queries.ts';
import { decodeEvent, type UnreadableEvent } from '../event.ts';
import { host } from '../host/decider.ts';
import { type HostEvent, hostEvents, type PodAdded } from '../host/events.ts';
import type { LeanEvent } from '../port/log-reader.ts';
import { parseHostStream } from '../stream.ts';
import {
  actInPlan,
  askForSubnet,
  decideInPlan,
  emptyPlan,
  type Moment,
  observeInPlan,
  type PlanCluster,
  type PlanHost,
} from './plan-cluster.ts';
import { type PlanReport, perNode, reuseOf, useOf } from './plan-figures.ts';

/** Where it stopped; lean events have no id, so that of `cause` is empty. */
export type NotSimulated = { readonly position: number; readonly cause: UnreadableEvent };

const decodeHost = decodeEvent(hostEvents);
const decodeCluster = decodeEvent(clusterEvents);

const hostIn = ({ hosts }: PlanCluster, stream: string): PlanHost | undefined => {
  const known = hosts.get(stream);
  const source = known === undefined ? parseHostStream(stream) : undefined;
  if (source === undefined) return known;
  const { node, incarnation } = source;
  const one = { stream, node, incarnation, publicKey: '', state: host.initialState(), waiting: false };
  hosts.set(stream, one);
  return one;
};

const askedFor = ({ pod, containerId }: PodAdded): string =>
  `an address for ${pod === undefined ? containerId : `${pod.namespace}/${pod.name}`}`;

const addPod = (plan: PlanCluster, one: PlanHost, added: PodAdded, moment: Moment): void => {
  const { figures } = plan;
  // A node that was refused asks again when it needs its subnet.
  if (one.waiting) askForSubnet(plan, one, moment);
  const { type: _, addresses: __, ...wanted } = added;
  figures.pods.asked += 1;
  const refused = actInPlan(plan, one, { type: 'add-pod', ...wanted, requestedAddresses: [] }, moment);
  if (refused === undefined) return;
  figures.pods.refused += 1;
  useOf(figures, one.node).refusedPods += 1;
  figures.firstPod ??= { ...moment, node: one.node, asked: askedFor(added), because: refused.type };
};

/** What somebody wanted of a host, apart from what came of it: that is for the plan's own deciders to say. */
const demandOfHost = (plan: PlanCluster, one: PlanHost, event: HostEvent, moment: Moment): void => {
  switch (event.type) {
    case 'HostStarted':
      actInPlan(plan, one, { type: 'start', bootId: event.bootId }, moment);
      return;
    case 'JoinRequested':
      one.publicKey = event.publicKey;
      actInPlan(plan, one, { type: 'request-join', node: event.node, publicKey: event.publicKey }, moment);
      return;
    case 'LeaveRequested':
      one.waiting = false;
      actInPlan(plan, one, { type: 'request-leave' }, moment);
      return;
    case 'PodAdded':
      addPod(plan, one, event, moment);
      return;
    case 'PodDeleted':
      actInPlan(plan, one, { ...event, type: 'delete-pod' }, moment);
      return;
    case 'LeaseSurrendered':
      one.waiting = false;
      return;
    case 'LeaseObserved':
    case 'FenceObserved':
    case 'PodWired':
      return;
  }
};

/** What operators wanted of the cluster; what its members asked for stands in their own streams. */
const demandOfCluster = (plan: PlanCluster, event: ClusterEvent, moment: Moment): void => {
  switch (event.type) {
    case 'LeaseRevoked': {
      const { node, reason } = event;
      const incarnation = plan.state.members.get(node)?.incarnation;
      decideInPlan(plan, { type: 'revoke', node, reason }, moment);
      for (const one of plan.hosts.values())
        if (one.node === node && one.incarnation === incarnation) observeInPlan(plan, one, moment);
      return;
    }
    case 'SubnetReleased': {
      const { node, by } = event;
      if (by !== 'holder') decideInPlan(plan, { type: 'release', node, by, asOf: moment.at }, moment);
      return;
    }
    case 'NodeLeft':
      decideInPlan(plan, { type: 'leave', node: event.node, asOf: moment.at }, moment);
      return;
    case 'ClusterConfigured':
    case 'NodeJoined':
    case 'SubnetLeased':
      return;
  }
};

const demand = (plan: PlanCluster, lean: LeanEvent): UnreadableEvent | undefined => {
  const recorded = { id: '', hash: '', ...lean };
  const moment = { at: lean.recordedAt, position: lean.position };
  const one = hostIn(plan, lean.stream);
  if (one === undefined) {
    const decoded = decodeCluster(recorded);
    if (E.isLeft(decoded)) return decoded.left;
    demandOfCluster(plan, decoded.right.event, moment);
  } else {
    const decoded = decodeHost(recorded);
    if (E.isLeft(decoded)) return decoded.left;
    demandOfHost(plan, one, decoded.right.event, moment);
  }
  return undefined;
};

/**
 * Plays a history's joins, leaves, ADDs and DELs, at their own times, through the real deciders under another configuration.
 * Addresses that were asked for by name are of the old configuration, so the policy chooses for them. A node that is refused a
 * subnet asks again with its next pod.
 */
export const simulatePlan = (
  configuration: WantedConfiguration,
  history: Iterable<ReadonlyArray<LeanEvent>>,
  tick: (done: number) => void = () => {},
): E.Either<NotSimulated, PlanReport> => {
  const plan = emptyPlan();
  decideInPlan(plan, { type: 'configure', ...configuration }, { at: '', position: -1 });
  let events = 0;
  let from: string | undefined;
  let to: string | undefined;
  for (const page of history) {
    for (const event of page) {
      const cause = demand(plan, event);
      if (cause !== undefined) return E.left({ position: event.position, cause });
      from ??= event.recordedAt;
      to = event.recordedAt;
    }
    events += page.length;
    tick(events);
  }
  const { figures } = plan;
  const never = [...figures.refusedNodes].filter((node) => useOf(figures, node).capacity === 0n);
  const rooms = capacities(plan.state).map(({ capacity }) => capacity);
  return E.right({
    events,
    from,
    to,
    nodes: {
      asked: figures.askedNodes.size,
      refused: figures.refusedNodes.size,
      neverPlaced: never.length,
    },
    subnets: { capacity: Math.min(...rooms), ...figures.subnets },
    pods: figures.pods,
    firstNodeRefused: figures.firstNode,
    firstPodRefused: figures.firstPod,
    reuse: reuseOf(figures),
    perNode: perNode(figures),
  });
};
