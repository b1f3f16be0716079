import { either as E } from 'fp-ts';
import { type Cidr, cidrFamily } from '../ip/cidr.ts';
import type { HostEvent } from './events.ts';
import type { ExtraSubnets } from './extra-subnets.ts';
import type { HostFailure } from './failure.ts';
import { elasticReader } from './request-subnets.ts';
import { type HostState, type Lease, minReaderOf } from './state.ts';

type Decision = E.Either<HostFailure, ReadonlyArray<HostEvent>>;

/** All subnets of a lease but the first of each family, which a node keeps for as long as it has a lease. */
export const extraSubnets = ({ subnets }: Pick<Lease, 'subnets'>): ReadonlyArray<Cidr> =>
  subnets.filter(
    (subnet, index) => subnets.findIndex((other) => cidrFamily(other) === cidrFamily(subnet)) < index,
  );

/** The extra subnets in which nobody holds an address now. */
export const emptyExtras = ({ lease, pools }: Readonly<HostState>): ReadonlyArray<Cidr> =>
  lease === undefined ? [] : extraSubnets(lease).filter((subnet) => pools.get(subnet)?.held.size === 0);

/** Of those that were empty for long enough the ones that still are: they give nothing from here on. */
export const retireSubnets = (state: Readonly<HostState>, wanted: ReadonlyArray<Cidr>): Decision => {
  const { lease, fence, leaveRequested } = state;
  // A lease on its way back goes back whole.
  if (lease === undefined || fence !== undefined || leaveRequested) return E.right([]);
  const subnets = emptyExtras(state).filter((subnet) => wanted.includes(subnet));
  if (subnets.length === 0) return E.right([]);
  const minReader = minReaderOf(lease);
  return minReader < elasticReader
    ? E.left({ type: 'readers-too-old', minReader, needed: elasticReader })
    : E.right([{ type: 'SubnetRetired', subnets }]);
};

/** A command of its own, for what is surrendered must be retired on disk before: another append. */
export const surrenderRetired = ({ extra: { retired } }: Readonly<HostState>): Decision =>
  E.right(retired.length === 0 ? [] : [{ type: 'LeaseSurrendered', subnets: retired, leaving: false }]);

/** All that the node has not surrendered. */
export const unsurrendered = (lease: Lease, { retired }: ExtraSubnets): ReadonlyArray<Cidr> => [
  ...lease.subnets,
  ...retired,
];

/** What of an observed lease may still give: what was retired is not taken up again, though the cluster has not released it yet. */
export const stillGiving = (
  subnets: ReadonlyArray<Cidr>,
  { retired, surrendered }: ExtraSubnets,
): ReadonlyArray<Cidr> =>
  subnets.filter((subnet) => !retired.includes(subnet) && !surrendered.includes(subnet));

/** What is still on its way back of what the cluster says that the node has. */
export const onTheWayBack = (
  { retired, surrendered }: ExtraSubnets,
  subnets: ReadonlyArray<Cidr>,
): ExtraSubnets => ({
  requested: [],
  retired: retired.filter((subnet) => subnets.includes(subnet)),
  surrendered: surrendered.filter((subnet) => subnets.includes(subnet)),
});
