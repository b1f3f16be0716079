import { either as E } from 'fp-ts';
import { family, type IpAddress } from '../ip/address.ts';
import { addressConflict } from './address-conflict.ts';
import type { Allocation } from './events.ts';
import type { HostFailure } from './failure.ts';
import type { HostState, Lease } from './state.ts';

/** What another IPAM plugin, run before this, gave to a pod. */
export type Delegated = { readonly plugin: string; readonly addresses: ReadonlyArray<IpAddress> };

/**
 * The delegate's addresses as allocations, IPv4 first: one, or one of each family. They lie in the node's lease, for routes, gateway
 * and masquerade follow from it, and nobody else holds them, whatever the delegate says.
 */
export const delegatedAddresses = (
  state: HostState,
  lease: Lease,
  { plugin, addresses }: Delegated,
): E.Either<HostFailure, ReadonlyArray<Allocation>> => {
  if (addresses.length === 0 || new Set(addresses.map(family)).size < addresses.length)
    return E.left({ type: 'delegated-not-one-per-family', plugin, addresses });
  for (const address of addresses) {
    const conflict = addressConflict(state, lease, address);
    if (conflict !== undefined) return E.left({ type: 'delegated-conflict', plugin, address, conflict });
  }
  return E.right(
    [...addresses]
      .sort((one, other) => family(one) - family(other))
      .map((address) => ({ address, choice: { by: 'delegated', plugin } })),
  );
};
