import type { IpAddress } from '../ip/address.ts';
import { contains } from '../ip/cidr.ts';
import { neverGiven } from './choose-address.ts';
import type { AddressConflict } from './failure.ts';
import type { HostState, Lease } from './state.ts';

/** Why a pod cannot have the address here; `undefined`: it may. */
export const addressConflict = (
  state: HostState,
  lease: Pick<Lease, 'subnets'>,
  address: IpAddress,
): AddressConflict | undefined => {
  const subnet = lease.subnets.find((candidate) => contains(candidate, address));
  if (subnet === undefined) return { type: 'outside-lease', subnets: lease.subnets };
  const role = neverGiven(subnet, address);
  if (role !== undefined) return { type: 'never-given', role };
  const holder = state.pools.get(subnet)?.held.get(address);
  return holder === undefined ? undefined : { type: 'address-held', holder };
};
