import type { IpAddress } from '../ip/address.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { AttachmentId } from './attachment.ts';

/** Why the host refuses a command; nothing was changed. */
export type HostFailure =
  | { readonly type: 'no-lease' }
  | { readonly type: 'lease-fenced'; readonly reason: string }
  | { readonly type: 'leaving' }
  | { readonly type: 'subnet-exhausted'; readonly subnets: ReadonlyArray<Cidr>; readonly capacity: string }
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
  | { readonly type: 'requested-twice'; readonly addresses: ReadonlyArray<IpAddress> };
