import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';
import { Cidr } from '../ip/cidr.ts';

/** What is stored of a lease; `EraOpened` carries it as well, so a change of it is a new version of both. */
export const leased = {
  subnets: t.readonlyArray(Cidr),
  hostAddress: IpAddress,
  podCidrs: t.readonlyArray(Cidr),
  hostCidr: Cidr,
};

/** The cluster's own; 1 when absent. From here on the stream's events are written for such readers. */
export const readers = { minReader: Integer };

export const limits = {
  /** The cluster's own, per family; 1 when absent. */
  maxSubnetsPerNode: Integer,
  /** The cluster's own; no TTL when absent. From here on the node counts by it. */
  leaseTtlSeconds: Integer,
};

export const LeaseObserved = t.exact(
  t.intersection([
    t.type({
      type: t.literal('LeaseObserved'),
      ...leased,
      /** Up to which revision of the cluster stream this is true. */
      clusterRevision: Integer,
    }),
    t.partial({
      ...readers,
      ...limits,
      /** Of the cluster log, where a restored backup began it. */
      epoch: Integer,
    }),
  ]),
);
export type LeaseObserved = t.TypeOf<typeof LeaseObserved>;
