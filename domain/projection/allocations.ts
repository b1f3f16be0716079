import type { Recorded } from '../event.ts';
import { attachmentKey } from '../host/attachment.ts';
import type { HostEvent, PodAdded } from '../host/events.ts';
import type { IpAddress } from '../ip/address.ts';
import type { PodOf } from './pod-words.ts';

/** An attachment that holds addresses, for people and programs that ask. */
export type AllocationRow = PodOf & {
  readonly network: string;
  readonly containerId: string;
  readonly ifname: string;
  readonly addresses: ReadonlyArray<IpAddress>;
  readonly mac: string;
  readonly netns: string;
  readonly hostIfname: string;
  readonly status: 'reserved' | 'attached';
  /** The writer's time of `PodAdded` and of `PodWired`, RFC 3339 UTC. */
  readonly addedAt: string;
  readonly wiredAt?: string;
  /** Revision of `PodAdded` in the host stream. */
  readonly revision: number;
};

export type Allocations = Map<string, AllocationRow>;

/** The row that follows from an attachment's `PodAdded`, whose place in the stream and time come with it. */
export const allocationRow = (
  { network, containerId, ifname, pod, addresses, mac, netns, hostIfname }: PodAdded,
  {
    addedAt,
    wiredAt,
    revision,
  }: Pick<AllocationRow, 'addedAt' | 'revision'> & {
    readonly wiredAt?: string | undefined;
  },
): AllocationRow => ({
  network,
  containerId,
  ifname,
  ...(pod === undefined ? {} : { pod }),
  addresses: addresses.map(({ address }) => address),
  mac,
  netns: netns.path,
  hostIfname,
  status: wiredAt === undefined ? 'reserved' : 'attached',
  addedAt,
  ...(wiredAt === undefined ? {} : { wiredAt }),
  revision,
});

/** Who holds which address on one host: a fold over its stream. Changes and returns the map it is given. */
export const allocate = (
  rows: Allocations,
  { event, metadata, revision }: Recorded<HostEvent>,
): Allocations => {
  switch (event.type) {
    case 'PodAdded':
      return rows.set(attachmentKey(event), allocationRow(event, { addedAt: metadata.time, revision }));
    case 'PodWired': {
      const key = attachmentKey(event);
      const row = rows.get(key);
      return row === undefined ? rows : rows.set(key, { ...row, status: 'attached', wiredAt: metadata.time });
    }
    case 'PodDeleted':
      rows.delete(attachmentKey(event));
      return rows;
    case 'HostStarted':
    case 'JoinRequested':
    case 'LeaseObserved':
    case 'FenceObserved':
    case 'LeaveRequested':
    case 'LeaseSurrendered':
      return rows;
  }
};
