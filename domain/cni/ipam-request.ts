import * as t from 'io-ts';
import { Netns } from '../host/pod-added.ts';
import { IpAddress } from '../ip/address.ts';
import { isIdentifier, isInterfaceName } from './names.ts';
import { Envelope, PodReference } from './request.ts';

/*
 * What the plugin asks of the agent as `evio-ipam`: `POST /v1/ipam/{add,del,check,status,gc}`. The rules are those of `request.ts`.
 */

/** `ipam` as it stands in the configuration, and the capability `ipRanges`: the agent reads both. */
export const PoolKeys = t.intersection([
  t.type({ ipam: t.record(t.string, t.unknown) }),
  t.partial({ ipRanges: t.unknown }),
]);
export type PoolKeys = t.TypeOf<typeof PoolKeys>;

/** They become paths and lines of files: whoever asks, they lead nowhere else. */
const Identifier = t.refinement(t.string, isIdentifier, 'Identifier');
const InterfaceName = t.refinement(t.string, isInterfaceName, 'InterfaceName');

const envelope = t.intersection([Envelope, t.type({ network: Identifier, pool: PoolKeys })]);
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

export const IpamGcRequest = t.intersection([
  envelope,
  t.type({ validAttachments: t.readonlyArray(attachment) }),
]);
export type IpamGcRequest = t.TypeOf<typeof IpamGcRequest>;
