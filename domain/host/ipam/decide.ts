import { either as E } from 'fp-ts';
import { canonicalJson } from '../../canonical-json.ts';
import { type AttachmentId, attachmentKey } from '../attachment.ts';
import type { HostFailure } from '../failure.ts';
import { type HostState, minReaderOf } from '../state.ts';
import { chooseFromPool } from './choose.ts';
import type { AllocateAddresses, PoolCommand } from './command.ts';
import type { AddressesAllocated, AddressesReleased, PoolConfigured, ReleaseReason } from './events.ts';
import { type RangeSets, rangeOf } from './range-sets.ts';
import { type Allocated, allocatedTo, emptyNetworkPool } from './state.ts';

type PoolEvent = PoolConfigured | AddressesAllocated | AddressesReleased;
type Decision = E.Either<HostFailure, ReadonlyArray<PoolEvent>>;

/** The first generation of programs that reads these events. */
const poolReader = 4;

/** Why nothing of a pool can be recorded. */
export const tooOldReaders = ({ lease }: HostState): HostFailure | undefined => {
  const minReader = minReaderOf(lease);
  return minReader < poolReader ? { type: 'readers-too-old', minReader, needed: poolReader } : undefined;
};

export const release = (one: Allocated, reason: ReleaseReason): AddressesReleased => ({
  type: 'AddressesReleased',
  network: one.network,
  containerId: one.containerId,
  ifname: one.ifname,
  addresses: one.addresses.map(({ address }) => address),
  reason,
});

/** Of the addresses that the attachment holds the first that host-local would come by, and the set in which it would. */
const duplicate = ({ addresses, containerId }: Allocated, ranges: RangeSets): HostFailure => {
  for (const [set, of] of ranges.entries()) {
    const held = addresses.find(({ address }) => rangeOf(of, address) !== undefined);
    if (held !== undefined) return { type: 'pool-duplicate', set, address: held.address, containerId };
  }
  const [first] = addresses;
  if (first === undefined) throw new Error(`${containerId} holds no address`);
  return { type: 'pool-duplicate', set: 0, address: first.address, containerId };
};

const allocate = (state: HostState, command: AllocateAddresses): Decision => {
  const { network, containerId, ifname, folder, ranges, requestId, pod, netns } = command;
  const existing = allocatedTo(state.networks, command);
  if (existing !== undefined)
    return existing.requestId === requestId ? E.right([]) : E.left(duplicate(existing, ranges));
  const tooOld = tooOldReaders(state);
  if (tooOld !== undefined) return E.left(tooOld);
  const pool = state.networks.get(network) ?? emptyNetworkPool();
  const chosen = chooseFromPool(pool, ranges, command.requestedAddresses, command.found);
  if (E.isLeft(chosen)) return chosen;
  const known = canonicalJson(pool.ranges) === canonicalJson(ranges);
  return E.right([
    ...(known ? [] : [{ type: 'PoolConfigured' as const, network, ranges }]),
    {
      type: 'AddressesAllocated',
      ...{ network, containerId, ifname, folder, requestId },
      addresses: chosen.right,
      ...(pod === undefined ? {} : { pod }),
      ...(netns === undefined ? {} : { netns }),
    },
  ]);
};

const takeOver = (
  state: HostState,
  { network, folder, holders, requestId }: Extract<PoolCommand, { readonly type: 'take-over-addresses' }>,
): Decision => {
  const pool = state.networks.get(network);
  const fresh = holders.filter(
    ({ containerId, ifname, addresses }) =>
      pool?.allocated.has(attachmentKey({ network, containerId, ifname })) !== true &&
      !addresses.some((address) => pool?.held.has(address)),
  );
  const tooOld = fresh.length === 0 ? undefined : tooOldReaders(state);
  if (tooOld !== undefined) return E.left(tooOld);
  return E.right(
    fresh.map(({ addresses, containerId, ifname }) => ({
      type: 'AddressesAllocated',
      ...{ network, containerId, ifname, folder, requestId },
      addresses: addresses.map((address) => ({ address, choice: { by: 'imported', from: 'host-local' } })),
    })),
  );
};

const releaseHeld = (state: HostState, attachment: AttachmentId, reason: ReleaseReason): Decision => {
  const existing = allocatedTo(state.networks, attachment);
  return E.right(existing === undefined ? [] : [release(existing, reason)]);
};

/** What follows from a command about a network's pool, or why it is refused. */
export const decidePool = (command: PoolCommand, state: HostState): Decision => {
  switch (command.type) {
    case 'allocate-addresses':
      return allocate(state, command);
    case 'take-over-addresses':
      return takeOver(state, command);
    case 'release-addresses':
      return releaseHeld(state, command, command.reason);
  }
};
