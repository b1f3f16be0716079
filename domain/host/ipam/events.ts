import * as t from 'io-ts';
import { ImportSource } from '../../import-source.ts';
import { Integer } from '../../integer.ts';
import { IpAddress } from '../../ip/address.ts';
import { AttachmentId } from '../attachment.ts';
import { Netns, Pod } from '../pod-added.ts';
import { RangeSets } from './range-sets.ts';

/*
 * What evio-ipam gives to attachments that other plugins wire (bridge, ptp, macvlan): no port, link, flow or MAC is ours. So these are
 * events of their own, and nobody who reads PodAdded as a pod of ours is surprised. The shapes are the storage format
 * (`../events.ts` says the rules).
 */

/** From here on the network's addresses are given from these. */
export const PoolConfigured = t.strict({
  type: t.literal('PoolConfigured'),
  network: t.string,
  ranges: RangeSets,
});
export type PoolConfigured = t.TypeOf<typeof PoolConfigured>;

/** How an address was found. Only policy choices are run again by an auditor. */
export const PoolChoice = t.union([
  t.exact(
    t.intersection([
      t.type({ by: t.literal('policy'), policy: t.literal('round-robin/1') }),
      t.partial({
        /** Where the files said that the choice goes on, if that was not where the log would have: host-local was used meanwhile. */
        after: IpAddress,
        /** On the way: addresses that the log knows nobody of, and whose files are there. */
        passedOver: t.readonlyArray(IpAddress),
      }),
    ]),
  ),
  t.strict({ by: t.literal('requested') }),
  t.strict({ by: t.literal('imported'), from: ImportSource }),
]);
export type PoolChoice = t.TypeOf<typeof PoolChoice>;

export const PoolAllocation = t.exact(
  t.intersection([
    t.type({ address: IpAddress, choice: PoolChoice }),
    /** Which set of the pool's ranges it was given from, counted from 0; absent where it was taken over. */
    t.partial({ set: Integer }),
  ]),
);
export type PoolAllocation = t.TypeOf<typeof PoolAllocation>;

/** What is stored of an allocation; `EraOpened` carries it as well, so a change of it is a new version of both. */
export const allocated = {
  ...AttachmentId.type.props,
  /** Folder of the network's files: each address that is held is one in it. */
  folder: t.string,
  addresses: t.readonlyArray(PoolAllocation),
  /** The run of the plugin that asked: asked again, it is answered again. */
  requestId: t.string,
};

export const maybeAllocated = {
  pod: Pod,
  /** Absent where the path led to nothing, and where the allocation was taken over. */
  netns: Netns,
};

/** Addresses given; the files are written before anybody is answered. */
export const AddressesAllocated = t.exact(
  t.intersection([
    t.type({ type: t.literal('AddressesAllocated'), ...allocated }),
    t.partial(maybeAllocated),
  ]),
);
export type AddressesAllocated = t.TypeOf<typeof AddressesAllocated>;

export const ReleaseReason = t.keyof({
  /** The runtime's DEL. */
  deleted: null,
  /** The runtime's GC no longer lists it. */
  collected: null,
  /** ADD could not finish: its files could not be written. */
  unwritten: null,
  /** ADD finished, and nobody waited for its answer any more. */
  unheard: null,
  /** Its files are gone, and so is its network namespace: another program released it. */
  elsewhere: null,
  /** The machine was down since. */
  rebooted: null,
});
export type ReleaseReason = t.TypeOf<typeof ReleaseReason>;

/** The files are gone, and the addresses are free again. */
export const AddressesReleased = t.strict({
  type: t.literal('AddressesReleased'),
  ...AttachmentId.type.props,
  addresses: t.readonlyArray(IpAddress),
  reason: ReleaseReason,
});
export type AddressesReleased = t.TypeOf<typeof AddressesReleased>;

/** What an era carries of each network's pool; who holds which address of it is carried beside. */
export const CarriedNetwork = t.strict({
  network: t.string,
  ranges: RangeSets,
  /** Of each set of ranges from which an address was given: the last. */
  last: t.readonlyArray(t.strict({ set: Integer, address: IpAddress })),
});
export type CarriedNetwork = t.TypeOf<typeof CarriedNetwork>;

export const CarriedAllocation = t.exact(t.intersection([t.type(allocated), t.partial(maybeAllocated)]));
export type CarriedAllocation = t.TypeOf<typeof CarriedAllocation>;
