import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../cluster/command.ts';
import { cluster } from '../cluster/decider.ts';
import { familiesOf, poolsOf } from '../cluster/family-pools.ts';
import type { ClusterState } from '../cluster/state.ts';
import type { HostCommand } from '../host/command.ts';
import { host } from '../host/decider.ts';
import type { HostFailure } from '../host/failure.ts';
import { observedHolding } from '../host/observe-holding.ts';
import type { HostState } from '../host/state.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import { type Figures, noFigures, noteGiven, noteReturned, type RanOut } from './plan-figures.ts';

/** One life of a node under the plan. */
export type PlanHost = {
  readonly stream: string;
  readonly node: NodeName;
  readonly incarnation: Incarnation;
  publicKey: string;
  /** It says that the life before it is over. */
  replace: boolean;
  state: HostState;
  /** It asked for a subnet and has none yet. */
  waiting: boolean;
};

/** A cluster of the real deciders under another configuration. */
export type PlanCluster = {
  state: ClusterState;
  revision: number;
  readonly hosts: Map<string, PlanHost>;
  readonly figures: Figures;
};

/** The moment of what is done now: the log's own stamp and position. */
export type Moment = { readonly at: string; readonly position: number };

export const emptyPlan = (): PlanCluster => ({
  state: cluster.initialState(),
  revision: -1,
  hosts: new Map(),
  figures: noFigures(),
});

/** `undefined` when it was decided, else why not. */
export const decideInPlan = (
  plan: PlanCluster,
  command: ClusterCommand,
  { at }: Moment,
): string | undefined => {
  const decided = cluster.decide(command, plan.state);
  if (E.isLeft(decided)) return decided.left.type;
  for (const event of decided.right) plan.state = cluster.evolve(plan.state, event);
  plan.revision += decided.right.length;
  const leased = Math.max(
    0,
    ...familiesOf(plan.state).map((family) =>
      poolsOf(plan.state, family).reduce((sum, { pool }) => sum + pool.held.size, 0),
    ),
  );
  if (leased > plan.figures.subnets.peak) plan.figures.subnets = { peak: leased, peakAt: at };
  return undefined;
};

/** What an agent does when it hears of a decision: the node takes up its lease, or fences it. */
export const observeInPlan = (plan: PlanCluster, one: PlanHost, moment: Moment): void => {
  // What was surrendered is released before anybody observes.
  const { state, revision } = plan;
  const command = observedHolding(state, one.node, one.incarnation, revision, revision);
  if (command !== undefined) actInPlan(plan, one, command, moment);
};

/** Asks for a subnet; a refusal is written down, and the node goes on waiting. */
export const askForSubnet = (plan: PlanCluster, one: PlanHost, moment: Moment): void => {
  const { figures } = plan;
  const { node, incarnation, publicKey, replace } = one;
  figures.askedNodes.add(node);
  const asOf = moment.at;
  const because =
    decideInPlan(plan, { type: 'join', node, incarnation, publicKey, replace, asOf }, moment) ??
    decideInPlan(plan, { type: 'lease', node, incarnation, asOf }, moment);
  one.waiting = because !== undefined;
  // A refusal for another reason is the history's own: no configuration would change it.
  if (because === 'no-free-subnet' || because === 'no-free-host-address') {
    const ranOut: RanOut = { ...moment, node, asked: 'a subnet', because };
    figures.refusedNodes.add(node);
    figures.firstNode ??= ranOut;
  }
  observeInPlan(plan, one, moment);
};

/** A command to a host; what it then asks of the cluster is decided too. */
export const actInPlan = (
  plan: PlanCluster,
  one: PlanHost,
  command: HostCommand,
  moment: Moment,
): HostFailure | undefined => {
  const { stream, node, incarnation } = one;
  const { at } = moment;
  const decided = host.decide(command, one.state);
  if (E.isLeft(decided)) return decided.left;
  for (const event of decided.right) one.state = host.evolve(one.state, event);
  for (const event of decided.right) {
    if (event.type === 'PodAdded') noteGiven(plan.figures, stream, node, one.state, event, at);
    else if (event.type === 'PodDeleted') noteReturned(plan.figures, stream, event, at);
    else if (event.type === 'JoinRequested') askForSubnet(plan, one, moment);
    else if (event.type === 'LeaseSurrendered') {
      const { subnets, leaving } = event;
      const released = leaving ? {} : { subnets };
      decideInPlan(plan, { type: 'release', node, incarnation, ...released, by: 'holder', asOf: at }, moment);
      if (leaving) decideInPlan(plan, { type: 'leave', node, incarnation, asOf: at }, moment);
      else observeInPlan(plan, one, moment);
    } else if (event.type === 'SubnetRequested') {
      const because = decideInPlan(
        plan,
        { type: 'lease-more', node, incarnation, full: event.full, asOf: at },
        moment,
      );
      if (because === undefined) observeInPlan(plan, one, moment);
    }
  }
  return undefined;
};
