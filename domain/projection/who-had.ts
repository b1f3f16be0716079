import type { IpAddress } from '../ip/address.ts';
import { addressAt, network } from '../ip/cidr.ts';
import type { OwnershipIndex } from '../port/ownership-index.ts';
import { utc } from '../time/moment.ts';
import { type Contradiction, doubleAddresses, doubleLeases } from './contradiction.ts';
import { horizonsOf, type Known } from './horizon-answer.ts';
import { type StepView, stepsIn } from './horizon-steps.ts';
import { clusterStreams, hostStreamOf } from './horizon-streams.ts';
import type { Grant, LeaseSpan, MemberSpan, Period } from './ownership-span.ts';
import type { AllocationView, LeaseView, MemberView } from './ownership-view.ts';
import { viewsFrom } from './ownership-views.ts';

/** What an address is to a node besides what pods hold. */
export type SubnetRole = LeaseView & {
  /** `gateway`: the node itself answers on it. `network`: no pod is given it. */
  readonly role: 'member' | 'gateway' | 'network';
};

export type WhoHad = {
  readonly address: IpAddress;
  /** RFC 3339 UTC, both included; equal when one moment was asked for. */
  readonly asked: { readonly from: string; readonly to: string };
  /** In the order of position in which they began. */
  readonly holders: ReadonlyArray<AllocationView>;
  /** Leases of the subnets that the address lies in. */
  readonly subnets: ReadonlyArray<SubnetRole>;
  /** Nodes whose own address in the host overlay it is. */
  readonly nodes: ReadonlyArray<MemberView>;
  readonly contradictions: ReadonlyArray<Contradiction>;
  /** The streams that could say more: the cluster's, those of the holders, those of nodes that held its subnet. */
  readonly known: ReadonlyArray<Known>;
  readonly stepsBack: ReadonlyArray<StepView>;
};

const isLease = (grant: Grant): grant is LeaseSpan => grant.kind === 'lease';
const isMember = (grant: Grant): grant is MemberSpan => grant.kind === 'member';

const roleIn = ({ subnet }: LeaseSpan, address: IpAddress): SubnetRole['role'] => {
  if (address === network(subnet)) return 'network';
  return address === addressAt(subnet, 1n) ? 'gateway' : 'member';
};

/** Who held an address at some moment of a period, by the writers' own clocks. */
export const whoHad = (index: OwnershipIndex, address: IpAddress, period: Period): WhoHad => {
  const allocations = index.allocationsOf(address, period);
  const grants = index.grantsOf(address, period);
  const horizons = horizonsOf(index);
  const views = viewsFrom(horizons, { at: period.to }, period.to);
  const leases = grants.filter(isLease);
  const streams = new Set([
    ...clusterStreams(horizons.streams()),
    ...leases.map(({ stream, node, incarnation }) => hostStreamOf(stream, node, incarnation)),
    ...allocations.map(({ stream }) => stream),
  ]);
  const holders = allocations.map(views.allocation);
  const subnets = leases.map((lease) => ({ role: roleIn(lease, address), ...views.lease(lease) }));
  return {
    address,
    asked: { from: utc(period.from), to: utc(period.to) },
    holders,
    subnets,
    nodes: grants.filter(isMember).map(views.member),
    contradictions: [...doubleAddresses(holders, address), ...doubleLeases(subnets)],
    known: [...streams].map((stream) => horizons.known(stream, period.to, period.from)),
    stepsBack: stepsIn(index, streams, period),
  };
};
