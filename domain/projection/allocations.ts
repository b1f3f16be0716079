import type { Recorded } from '../event.ts';
import { type AttachmentId, attachmentKey, poolKey } from '../host/attachment.ts';
import type { HostEvent, PodAdded } from '../host/events.ts';
import type { Allocated } from '../host/ipam/state.ts';
import type { IpAddress } from '../ip/address.ts';
import type { Trunk, Vlan } from '../vlan.ts';
import type { PodOf } from './pod-words.ts';

/** An attachment that holds addresses, for people and programs that ask. */
export type AllocationRow = PodOf & {
  readonly network: string;
  readonly containerId: string;
  readonly ifname: string;
  readonly addresses: ReadonlyArray<IpAddress>;
  /** With `hostIfname` and perhaps `netns` empty where another plugin wires it, and evio-ipam gives the addresses. */
  readonly mac: string;
  /** The VLAN of its port, and those that it carries tagged; absent where there is none. */
  readonly vlan?: Vlan;
  readonly trunk?: Trunk;
  readonly netns: string;
  readonly hostIfname: string;
  readonly status: 'reserved' | 'attached';
  /** The writer's time of `PodAdded` and of `PodWired`, RFC 3339 UTC; absent where they lie in an era that is archived. */
  readonly addedAt?: string;
  readonly wiredAt?: string;
  /** Revision in its stream of `PodAdded`, or of the `EraOpened` that is the first here to tell of it. */
  readonly revision: number;
};

export type Allocations = Map<string, AllocationRow>;

type RowSource = AttachmentId &
  Pick<PodAdded, 'pod' | 'mac' | 'vlan' | 'trunk' | 'hostIfname'> & {
    readonly addresses: ReadonlyArray<{ readonly address: IpAddress }>;
    readonly netns: { readonly path: string };
  };

/**
 * The row that follows from an attachment's `PodAdded`, whose place in the stream and times come with it, or from what an era's
 * beginning says of it: then its times may be unknown.
 */
export const allocationRow = (
  { network, containerId, ifname, pod, addresses, mac, vlan, trunk, netns, hostIfname }: RowSource,
  more: Pick<AllocationRow, 'podRedacted' | 'status' | 'addedAt' | 'wiredAt' | 'revision'>,
): AllocationRow => ({
  network,
  containerId,
  ifname,
  ...(pod === undefined ? {} : { pod }),
  addresses: addresses.map(({ address }) => address),
  mac,
  ...(vlan === undefined ? {} : { vlan }),
  ...(trunk === undefined ? {} : { trunk }),
  netns: netns.path,
  hostIfname,
  ...more,
});

/** Of another plugin's attachment, which has addresses of ours and nothing else. */
const poolRow = (
  allocated: Allocated,
  more: Pick<AllocationRow, 'podRedacted' | 'addedAt' | 'wiredAt' | 'revision'>,
): AllocationRow =>
  allocationRow(
    { ...allocated, netns: allocated.netns ?? { path: '' }, mac: '', hostIfname: '' },
    { ...more, status: 'attached' },
  );

/** Who holds which address on one host: a fold over the streams of its eras, from any of them on. Changes and returns the map it is given. */
export const allocate = (
  rows: Allocations,
  { event, metadata, revision }: Recorded<HostEvent>,
  /** Whether the names in this event were redacted. */
  podRedacted = false,
): Allocations => {
  const nameless = (of: PodOf): PodOf => (podRedacted && of.pod === undefined ? { podRedacted } : {});
  switch (event.type) {
    case 'PodAdded':
      return rows.set(
        attachmentKey(event),
        allocationRow(event, {
          ...nameless(event),
          status: 'reserved',
          addedAt: metadata.time,
          revision,
        }),
      );
    case 'EraOpened':
      for (const held of event.held) {
        const key = attachmentKey(held);
        if (!rows.has(key))
          rows.set(key, allocationRow(held, { ...nameless(held), status: held.status, revision }));
      }
      for (const held of event.allocated ?? []) {
        const key = poolKey(held);
        if (!rows.has(key)) rows.set(key, poolRow(held, { ...nameless(held), revision }));
      }
      return rows;
    case 'PodWired': {
      const key = attachmentKey(event);
      const row = rows.get(key);
      return row === undefined ? rows : rows.set(key, { ...row, status: 'attached', wiredAt: metadata.time });
    }
    case 'AddressesAllocated':
      return rows.set(
        poolKey(event),
        poolRow(event, {
          ...nameless(event),
          addedAt: metadata.time,
          wiredAt: metadata.time,
          revision,
        }),
      );
    case 'AddressesReleased':
      rows.delete(poolKey(event));
      return rows;
    case 'PodDeleted':
      rows.delete(attachmentKey(event));
      return rows;
    case 'HostStarted':
    case 'JoinRequested':
    case 'IncarnationContinued':
    case 'LeaseObserved':
    case 'FenceObserved':
    case 'LeaveRequested':
    case 'LeaseSurrendered':
    case 'SubnetRequested':
    case 'SubnetRetired':
    case 'LeasePresented':
    case 'LeaseRenewed':
    case 'PoolConfigured':
    case 'EraClosed':
      return rows;
  }
};
