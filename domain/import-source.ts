import * as t from 'io-ts';
import { IpAddress } from './ip/address.ts';
import { Cidr } from './ip/cidr.ts';

/** From what an address or a subnet was taken over without its pods being made again. */
export const ImportSource = t.keyof({
  /** The files of the CNI plugin host-local. */
  'host-local': null,
  /** The original: host-local's files, in a range that is a key in etcd. */
  etcd: null,
});
export type ImportSource = t.TypeOf<typeof ImportSource>;

/** What a node's running pods use already, before the cluster knows of a lease. */
export const HeldSubnets = t.exact(
  t.intersection([
    t.type({ subnets: t.readonlyArray(Cidr), from: ImportSource }),
    /** What the node has in the host overlay; absent: whichever the allocator chooses. */
    t.partial({ hostAddress: IpAddress }),
  ]),
);
export type HeldSubnets = t.TypeOf<typeof HeldSubnets>;
