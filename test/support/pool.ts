import { nothingFound } from '../../domain/host/ipam/choose.ts';
import type { AllocateAddresses, FoundHolder } from '../../domain/host/ipam/command.ts';
import type { ReleaseReason } from '../../domain/host/ipam/events.ts';
import { addressesAllocated, lanRanges } from './events.ts';

/** The command that `addressesAllocated` with the same arguments follows from. */
export const allocate = (containerId: string, more: Partial<AllocateAddresses> = {}): AllocateAddresses => {
  const { network, ifname, folder, requestId } = addressesAllocated(containerId, '10.1.2.2');
  return {
    type: 'allocate-addresses',
    ...{ network, containerId, ifname, folder, requestId },
    ranges: lanRanges,
    requestedAddresses: [],
    found: nothingFound,
    ...more,
  };
};

export const takeOver = (...holders: ReadonlyArray<FoundHolder>) => {
  const { network, folder } = addressesAllocated('', '10.1.2.2');
  return { type: 'take-over-addresses' as const, network, folder, holders, requestId: 'request-take-over' };
};

export const release = (containerId: string, reason: ReleaseReason = 'deleted') => ({
  type: 'release-addresses' as const,
  network: 'lan',
  containerId,
  ifname: 'eth0',
  reason,
});
