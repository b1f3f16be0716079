import * as t from 'io-ts';
import { Netns } from '../host/pod-added.ts';
import { IpAddress } from '../ip/address.ts';
import { Identifier, InterfaceName } from './name-codecs.ts';
import { Envelope, PodReference, ValidAttachments } from './request.ts';

/*
 * What the plugin asks of the agent as `evio-ipam`: `POST /v1/ipam/{add,del,check,status,gc}`. The rules are those of `request.ts`.
 */

/** `ipam` as it stands in the configuration, and the capability `ipRanges`: the agent reads both. */
export const PoolKeys = t.intersection([
  t.type({ ipam: t.record(t.string, t.unknown) }),
  t.partial({ ipRanges: t.unknown }),
]);
export type PoolKeys = t.TypeOf<typeof PoolKeys>;

const envelope = t.intersection([Envelope, t.type({ pool: PoolKeys })]);
const attachment = t.type({ containerId: Identifier, ifname: InterfaceName });

export const IpamAddRequest = t.intersection([
  envelope,
  attachment,
  /** Canonical addresses without prefix, from CNI_ARGS `IP`, `args.cni.ips` and capability `ips`, in that order: they add up. */
  t.type({ requestedAddresses: t.readonlyArray(IpAddress) }),
  t.partial({
    pod: PodReference,
    /** Absent where CNI_NETNS leads to nothing. */
    netns: Netns,
  }),
]);
export type IpamAddRequest = t.TypeOf<typeof IpamAddRequest>;

export const IpamAttachmentRequest = t.intersection([envelope, attachment]);
export type IpamAttachmentRequest = t.TypeOf<typeof IpamAttachmentRequest>;

export const IpamStatusRequest = envelope;
export type IpamStatusRequest = t.TypeOf<typeof IpamStatusRequest>;

export const IpamGcRequest = t.intersection([envelope, t.type({ validAttachments: ValidAttachments })]);
export type IpamGcRequest = t.TypeOf<typeof IpamGcRequest>;
