import { either as E } from 'fp-ts';
import { type ClusterEvent, clusterEvents } from '../cluster/events.ts';
import { decodeEvent, type UnreadableEvent } from '../event.ts';
import { host } from '../host/decider.ts';
import { type HostEvent, hostEvents, type PodAdded } from '../host/events.ts';
import { emptyExtras } from '../host/retire-subnets.ts';
import type { LeanEvent } from '../port/log-reader.ts';
import { lifeOf, parseHostStream } from '../stream.ts';
import {
  actInPlan,
  askForSubnet,
  decideInPlan,
  type Moment,
  observeInPlan,
  type PlanCluster,
  type PlanHost,
} from './plan-cluster.ts';
import { useOf } from './plan-figures.ts';

const decodeHost = decodeEvent(hostEvents);
const decodeCluster = decodeEvent(clusterEvents);

const hostIn = ({ hosts }: PlanCluster, stream: string): PlanHost | undefined => {
  const known = hosts.get(stream);
  const source = known === undefined ? parseHostStream(stream) : undefined;
  if (source === undefined) return known;
  const { node, incarnation } = source;
  const life = hosts.get(lifeOf(stream));
  const one = life ?? {
    stream,
    node,
    incarnation,
    publicKey: '',
    replace: false,
    state: host.initialState(),
    waiting: false,
  };
  hosts.set(stream, one);
  return one;
};

const askedFor = ({ pod, containerId }: PodAdded): string =>
  `an address for ${pod === undefined ? containerId : `${pod.namespace}/${pod.name}`}`;

/** What decides nothing is not kept: a plan holds as many pods as a cluster does. */
const elsewhere = { netns: { path: '', device: 0, inode: 0 }, hostIfname: '' };

const addPod = (plan: PlanCluster, one: PlanHost, added: PodAdded, moment: Moment): void => {
  const { figures } = plan;
  // A node that was refused asks again when it needs its subnet.
  if (one.waiting) askForSubnet(plan, one, moment);
  const { network, containerId, ifname, requestId, commandId, mtu } = added;
  figures.pods.asked += 1;
  const refused = actInPlan(
    plan,
    one,
    {
      type: 'add-pod',
      network,
      containerId,
      ifname,
      requestId,
      commandId,
      mtu,
      requestedAddresses: [],
      ...elsewhere,
    },
    moment,
  );
  actInPlan(plan, one, { type: 'request-subnets', again: refused !== undefined }, moment);
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
      one.replace = event.replace === true;
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
    // How long is long enough the plan's operator did not say: it gives back when somebody did.
    case 'SubnetRetired':
      actInPlan(plan, one, { type: 'retire-subnets', subnets: emptyExtras(one.state) }, moment);
      actInPlan(plan, one, { type: 'surrender-retired' }, moment);
      return;
    case 'SubnetRequested':
    case 'IncarnationContinued':
    case 'LeasePresented':
    case 'LeaseObserved':
    case 'FenceObserved':
    case 'PodWired':
    // What evio-ipam gives is no subnet's.
    case 'PoolConfigured':
    case 'AddressesAllocated':
    case 'AddressesReleased':
    // A plan keeps its own state, whatever the eras in which its history was written.
    case 'EraClosed':
    case 'EraOpened':
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
    case 'NodeAttested': {
      const { node, incarnation, reason } = event;
      decideInPlan(plan, { type: 'attest', node, incarnation, reason }, moment);
      return;
    }
    case 'ClusterConfigured':
    case 'NodeJoined':
    case 'SubnetLeased':
    case 'IncarnationReplaced':
    // A plan's log is its own.
    case 'LogRestored':
    case 'LeasingResumed':
    case 'NodePresented':
    case 'RequestRefused':
      return;
  }
};

/** Asks of the plan what somebody asked for when this event was written; returned is an event that cannot be read. */
export const demand = (plan: PlanCluster, lean: LeanEvent): UnreadableEvent | undefined => {
  const recorded = { id: '', hash: '', ...lean };
  const moment = { at: lean.recordedAt, position: lean.position };
  const one = hostIn(plan, lean.stream);
  // Any other stream says nothing that anybody asked for: which log this is, what was done to it, what its clients make of it.
  if (one === undefined && !lean.stream.startsWith('cluster-')) return undefined;
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
