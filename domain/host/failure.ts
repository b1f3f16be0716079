import type { IpAddress } from '../ip/address.ts';
import type { AddressRange } from '../ip/address-range.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { AttachmentId } from './attachment.ts';
import type { PoolFailure } from './ipam/failure.ts';

/** Why this node cannot let a pod have an address that somebody else chose for it. */
export type AddressConflict =
  | { readonly type: 'outside-lease'; readonly subnets: ReadonlyArray<Cidr> }
  | { readonly type: 'never-given'; readonly role: 'network' | 'gateway' | 'broadcast' }
  | { readonly type: 'address-held'; readonly holder: string };

/** Why one pod cannot be taken over as it is; `address` where one of its addresses is the reason. */
export type ImportConflict = {
  readonly attachment: AttachmentId;
  readonly address?: IpAddress;
  readonly conflict:
    | { readonly type: 'attachment-known'; readonly addresses: ReadonlyArray<IpAddress> }
    | AddressConflict
    /** Of a node without a lease: whichever it will be. */
    | { readonly type: 'outside-cluster'; readonly podCidrs: ReadonlyArray<Cidr> }
    /** The source gives the attachment or the address twice; `other` is who has it there as well. */
    | { readonly type: 'twice-in-source'; readonly other: string }
    | { readonly type: 'not-one-per-family' };
};

/** Why the host refuses a command; nothing was changed. */
export type HostFailure =
  | PoolFailure
  | { readonly type: 'no-lease' }
  | { readonly type: 'lease-fenced'; readonly reason: string }
  /** The cluster's leases have a TTL, and the ledger has not confirmed this one in time: it may be another node's by now. */
  | { readonly type: 'lease-lapsed'; readonly ttlSeconds: number; readonly silentSeconds: number | undefined }
  | { readonly type: 'leaving' }
  | { readonly type: 'subnet-exhausted'; readonly subnets: ReadonlyArray<Cidr>; readonly capacity: string }
  /** All are held, and the cluster may lease the node another one: up to `most` of a family. */
  | {
      readonly type: 'subnet-awaited';
      readonly subnets: ReadonlyArray<Cidr>;
      readonly capacity: string;
      readonly most: number;
    }
  | {
      readonly type: 'already-attached';
      readonly attachment: AttachmentId;
      readonly addresses: ReadonlyArray<IpAddress>;
    }
  | { readonly type: 'attachment-reserved'; readonly attachment: AttachmentId }
  | { readonly type: 'unknown-attachment'; readonly attachment: AttachmentId }
  | { readonly type: 'requested-outside'; readonly address: IpAddress; readonly subnets: ReadonlyArray<Cidr> }
  | {
      readonly type: 'requested-never-given';
      readonly address: IpAddress;
      readonly role: 'network' | 'gateway' | 'broadcast';
    }
  | { readonly type: 'requested-held'; readonly address: IpAddress; readonly holder: string }
  | {
      readonly type: 'requested-outside-ranges';
      readonly address: IpAddress;
      readonly ranges: ReadonlyArray<AddressRange>;
    }
  /** No address of the lease lies in the ranges that the choice is confined to. */
  | {
      readonly type: 'ranges-outside';
      readonly ranges: ReadonlyArray<AddressRange>;
      readonly subnets: ReadonlyArray<Cidr>;
    }
  | { readonly type: 'ranges-exhausted'; readonly ranges: ReadonlyArray<AddressRange> }
  | {
      readonly type: 'delegated-not-one-per-family';
      readonly plugin: string;
      readonly addresses: ReadonlyArray<IpAddress>;
    }
  | {
      readonly type: 'delegated-conflict';
      readonly plugin: string;
      readonly address: IpAddress;
      readonly conflict: AddressConflict;
    }
  | { readonly type: 'requested-mac-held'; readonly mac: string; readonly holder: string }
  /** It is, or may one day be, the MAC of another pod, of the bridge or of a host end. */
  | { readonly type: 'requested-mac-reserved'; readonly mac: string }
  /** Older programs read this cluster's events, and could not read these. */
  | { readonly type: 'readers-too-old'; readonly minReader: number; readonly needed: number }
  /** The stream has ended; the host goes on in that of the next era. */
  | { readonly type: 'era-closed'; readonly era: number }
  /** All there are; nothing was taken over. */
  | { readonly type: 'import-conflicts'; readonly conflicts: ReadonlyArray<ImportConflict> }
  | { readonly type: 'requested-twice'; readonly addresses: ReadonlyArray<IpAddress> };
