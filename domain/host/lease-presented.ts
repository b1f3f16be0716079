import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';
import { Cidr } from '../ip/cidr.ts';

/**
 * The cluster log was restored from a backup, and may have lost what this node relies on: it says again what it holds. This shape is
 * the storage format (`events.ts` says the rules); it is generation 6.
 */
export const LeasePresented = t.exact(
  t.intersection([
    t.type({
      type: t.literal('LeasePresented'),
      publicKey: t.string,
      /** Empty where the node has no lease. */
      subnets: t.readonlyArray(Cidr),
      /** The epoch of the restored log. */
      epoch: Integer,
      /** The last revision of the cluster's stream that it relied on before: of the events that the log may have lost. */
      known: Integer,
      /** The cluster stream's last revision when it said so: what stands behind it is the answer. */
      clusterRevision: Integer,
    }),
    t.partial({ hostAddress: IpAddress }),
  ]),
);
export type LeasePresented = t.TypeOf<typeof LeasePresented>;
