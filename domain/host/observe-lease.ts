import type { HostCommand } from './command.ts';
import type { HostEvent, LeaseObserved } from './events.ts';
import { onTheWayBack, stillGiving } from './retire-subnets.ts';
import { type HostState, initialState, type Lease, maxSubnetsOf, minReaderOf } from './state.ts';

type Observe<Type extends HostCommand['type']> = Extract<HostCommand, { readonly type: Type }>;

const sameLease = (a: Lease, b: Lease): boolean =>
  a.hostAddress === b.hostAddress &&
  a.hostCidr === b.hostCidr &&
  a.subnets.join() === b.subnets.join() &&
  a.podCidrs.join() === b.podCidrs.join() &&
  minReaderOf(a) === minReaderOf(b) &&
  maxSubnetsOf(a) === maxSubnetsOf(b) &&
  a.leaseTtlSeconds === b.leaseTtlSeconds;

const isKnown = ({ lease, extra }: Readonly<HostState>, observed: Lease): boolean => {
  if (lease === undefined) return false;
  const { retired, surrendered } = onTheWayBack(extra, observed.subnets);
  return (
    sameLease(lease, { ...observed, subnets: stillGiving(observed.subnets, extra) }) &&
    retired.length === extra.retired.length &&
    surrendered.length === extra.surrendered.length
  );
};

/**
 * The epoch of a restored log is noted when the node presents what it holds, or with a lease that it has of that log alone. That a lease of
 * before is changed in it says nothing of what the log lost, and the node must still say it.
 */
const learnt = (
  { lease, epoch: noted }: Readonly<HostState>,
  { epoch, ...observed }: Omit<LeaseObserved, 'type'>,
): LeaseObserved => ({
  type: 'LeaseObserved',
  ...observed,
  ...(epoch === undefined || (lease !== undefined && epoch !== noted) ? {} : { epoch }),
});

/**
 * Of what a life surrendered as a whole the cluster releases one subnet after the other, and what it leased before it heard of that goes
 * with them. Until it was seen to hold nothing, what it still has is on its way back: behind a former lease nothing is learnt but from there on.
 */
const isOnItsWayBack = (
  { lease, clusterRevision }: Readonly<HostState>,
  heldNothingAt: number | undefined,
): boolean =>
  lease === undefined &&
  clusterRevision !== initialState().clusterRevision &&
  (heldNothingAt === undefined || heldNothingAt < clusterRevision);

/**
 * A fence is lifted by nothing but surrender: a lease that the cluster wants back does not become this life's again. The first lease of a
 * life says what it goes on from.
 */
export const observeLease = (
  state: Readonly<HostState>,
  { type: _, continues, heldNothingAt, ...observed }: Observe<'observe-lease'>,
): ReadonlyArray<HostEvent> => {
  // Without a request of its own the node has given the lease back, or never asked.
  if (!state.joinRequested || state.fence !== undefined || isKnown(state, observed)) return [];
  if (isOnItsWayBack(state, heldNothingAt)) return [];
  const isFirst = state.clusterRevision === initialState().clusterRevision;
  return [
    ...(continues !== undefined && isFirst ? [{ type: 'IncarnationContinued' as const, ...continues }] : []),
    learnt(state, observed),
  ];
};

/** A lease that is on its way back gives nothing more, so nothing new is written of it. */
export const observeConfiguration = (
  state: Readonly<HostState>,
  { type: _, ...configured }: Observe<'observe-configuration'>,
): ReadonlyArray<HostEvent> => {
  const { lease, fence, extra } = state;
  if (lease === undefined || fence !== undefined) return [];
  const observed = {
    subnets: [...lease.subnets, ...extra.retired, ...extra.surrendered],
    hostAddress: lease.hostAddress,
    ...configured,
  };
  return isKnown(state, observed) ? [] : [learnt(state, observed)];
};
