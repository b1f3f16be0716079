import * as t from 'io-ts';
import { Integer } from '../integer.ts';
import { IpAddress } from '../ip/address.ts';
import { Cidr } from '../ip/cidr.ts';
import { ExtraSubnets } from './extra-subnets.ts';
import { CarriedAllocation, CarriedNetwork } from './ipam/events.ts';
import { leased, limits, readers } from './lease-observed.ts';
import { added, maybeAdded } from './pod-added.ts';

/*
 * These shapes are the storage format (`events.ts` says the rules), and their own: what a snapshot keeps of the same state may
 * change with the program.
 */

/** The last event of its stream; what the host does next stands in the stream of the next era. */
export const EraClosed = t.strict({
  type: t.literal('EraClosed'),
  /** The event before this one. */
  head: t.strict({ revision: Integer, hash: t.string }),
});
export type EraClosed = t.TypeOf<typeof EraClosed>;

const HeldAttachment = t.exact(
  t.intersection([
    t.type({ ...added, status: t.keyof({ reserved: null, attached: null }) }),
    t.partial(maybeAdded),
  ]),
);

/** Addresses one after the other, given back in this order: a node's subnet of IPv6 may have given a great many. */
const ReturnedRun = t.strict({ first: IpAddress, count: Integer, since: t.string });
export type ReturnedRun = t.TypeOf<typeof ReturnedRun>;

const CarriedPool = t.exact(
  t.intersection([
    t.type({
      subnet: Cidr,
      /** Given at least once and free again, the longest free first. */
      returned: t.readonlyArray(ReturnedRun),
    }),
    /** Of the lowest address never given, counted from the subnet's first, in decimal; absent when all were given. */
    t.partial({ next: t.refinement(t.string, (text) => /^\d+$/.test(text), 'Decimal') }),
  ]),
);
export type CarriedPool = t.TypeOf<typeof CarriedPool>;

/** The first event of an era behind the first: all that the streams before it fold to, so that nobody needs them. */
export const EraOpened = t.exact(
  t.intersection([
    t.type({
      type: t.literal('EraOpened'),
      era: Integer,
      /** The stream before, and its `EraClosed`. */
      previous: t.strict({ stream: t.string, revision: Integer, hash: t.string }),
      joinRequested: t.boolean,
      leaveRequested: t.boolean,
      clusterRevision: Integer,
      /** In the order in which they were added. */
      held: t.readonlyArray(HeldAttachment),
      pools: t.readonlyArray(CarriedPool),
    }),
    t.partial({
      bootId: t.string,
      lease: t.exact(t.intersection([t.type(leased), t.partial({ ...readers, ...limits })])),
      fence: t.string,
      /** Absent where there are none. */
      extra: ExtraSubnets,
      /** The cluster log's; absent where it was never restored. */
      epoch: Integer,
      /** Pools of evio-ipam; absent where no network has one. */
      networks: t.readonlyArray(CarriedNetwork),
      /** What attachments hold of them, in the order in which it was given. */
      allocated: t.readonlyArray(CarriedAllocation),
    }),
  ]),
);
export type EraOpened = t.TypeOf<typeof EraOpened>;
