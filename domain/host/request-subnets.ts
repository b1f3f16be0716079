import { either as E } from 'fp-ts';
import type { Family } from '../ip/address.ts';
import { type Cidr, cidrFamily } from '../ip/cidr.ts';
import { nextFree } from '../ip/pool.ts';
import type { HostEvent } from './events.ts';
import type { HostFailure } from './failure.ts';
import { type HostState, type Lease, maxSubnetsOf, minReaderOf } from './state.ts';

/** The first generation of programs that reads `SubnetRequested` and `SubnetRetired`. */
export const elasticReader = 6;

const ofFamily = (lease: Lease, family: Family): ReadonlyArray<Cidr> =>
  lease.subnets.filter((subnet) => cidrFamily(subnet) === family);

/** Whether the cluster lets this node have more subnets of the family than it has. */
export const mayHaveMore = (lease: Lease, family: Family): boolean =>
  ofFamily(lease, family).length < maxSubnetsOf(lease) && minReaderOf(lease) >= elasticReader;

/** The subnets of the families in which the lease has no free address left; all or none of a family's. */
export const fullSubnets = ({ lease, pools }: Readonly<HostState>): ReadonlyArray<Cidr> =>
  lease === undefined
    ? []
    : ([4, 6] as const).flatMap((family) => {
        const subnets = ofFamily(lease, family);
        const hasRoom = subnets.some((subnet) => {
          const pool = pools.get(subnet);
          return pool !== undefined && nextFree(pool) !== undefined;
        });
        return hasRoom ? [] : subnets;
      });

/**
 * Asks for one more subnet of each family that is full, once; `again`: although it was asked for already, for a request may have been
 * refused. Nothing where the cluster's maximum is reached.
 */
export const requestSubnets = (
  state: Readonly<HostState>,
  again: boolean,
): E.Either<HostFailure, ReadonlyArray<HostEvent>> => {
  const { lease, fence, leaveRequested, extra } = state;
  if (lease === undefined || fence !== undefined || leaveRequested) return E.right([]);
  const full = fullSubnets(state).filter(
    (subnet) => ofFamily(lease, cidrFamily(subnet)).length < maxSubnetsOf(lease),
  );
  if (full.length === 0 || (!again && full.join() === extra.requested.join())) return E.right([]);
  const minReader = minReaderOf(lease);
  return minReader < elasticReader
    ? E.left({ type: 'readers-too-old', minReader, needed: elasticReader })
    : E.right([{ type: 'SubnetRequested', full }]);
};
