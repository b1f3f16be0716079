import type { HostCommand } from './command.ts';
import type { HostEvent } from './events.ts';
import { onTheWayBack, stillGiving } from './retire-subnets.ts';
import { type HostState, type Lease, maxSubnetsOf, minReaderOf } from './state.ts';

type Observe<Type extends HostCommand['type']> = Extract<HostCommand, { readonly type: Type }>;

const sameLease = (a: Lease, b: Lease): boolean =>
  a.hostAddress === b.hostAddress &&
  a.hostCidr === b.hostCidr &&
  a.subnets.join() === b.subnets.join() &&
  a.podCidrs.join() === b.podCidrs.join() &&
  minReaderOf(a) === minReaderOf(b) &&
  maxSubnetsOf(a) === maxSubnetsOf(b);

const isKnown = ({ lease, fence, extra }: Readonly<HostState>, observed: Lease): boolean => {
  if (lease === undefined || fence !== undefined) return false;
  const { retired, surrendered } = onTheWayBack(extra, observed.subnets);
  return (
    sameLease(lease, { ...observed, subnets: stillGiving(observed.subnets, extra) }) &&
    retired.length === extra.retired.length &&
    surrendered.length === extra.surrendered.length
  );
};

/** Without a request of its own the node has given the lease back, or never asked. */
export const observeLease = (
  state: Readonly<HostState>,
  { type: _, ...observed }: Observe<'observe-lease'>,
): ReadonlyArray<HostEvent> =>
  !state.joinRequested || isKnown(state, observed) ? [] : [{ type: 'LeaseObserved', ...observed }];

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
  return isKnown(state, observed) ? [] : [{ type: 'LeaseObserved', ...observed }];
};
