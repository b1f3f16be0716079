import type { IpAddress } from '../../ip/address.ts';
import type { AttachmentId } from '../attachment.ts';
import type { Netns, Pod } from '../pod-added.ts';
import type { FoundFiles } from './choose.ts';
import type { ReleaseReason } from './events.ts';
import type { RangeSets } from './range-sets.ts';

export type AllocateAddresses = AttachmentId & {
  readonly type: 'allocate-addresses';
  readonly folder: string;
  readonly ranges: RangeSets;
  /** To be honoured or refused. */
  readonly requestedAddresses: ReadonlyArray<IpAddress>;
  readonly found: FoundFiles;
  readonly pod?: Pod | undefined;
  readonly netns?: Netns | undefined;
  readonly requestId: string;
};

/** Who holds what by host-local's files, and is not in the log. */
export type FoundHolder = Pick<AttachmentId, 'containerId' | 'ifname'> & {
  readonly addresses: ReadonlyArray<IpAddress>;
};

export type PoolCommand =
  | AllocateAddresses
  /** Takes over what host-local gave, before us or meanwhile. */
  | {
      readonly type: 'take-over-addresses';
      readonly network: string;
      readonly folder: string;
      readonly holders: ReadonlyArray<FoundHolder>;
      readonly requestId: string;
    }
  | ({ readonly type: 'release-addresses'; readonly reason: ReleaseReason } & AttachmentId);
