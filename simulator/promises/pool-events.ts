import { attachmentKey } from '../../domain/host/attachment.ts';
import { isHeldBy, lastReservedName } from '../../domain/host/ipam/address-file.ts';
import type { AddressesAllocated, AddressesReleased, PoolAllocation } from '../../domain/host/ipam/events.ts';
import { allocatedTo, emptyNetworkPool, type NetworkPool } from '../../domain/host/ipam/state.ts';
import type { HostState } from '../../domain/host/state.ts';
import { folderAt } from '../machine/address-folders.ts';
import { inTurn } from '../machine/host-local.ts';
import type { Machine } from '../machine/machine.ts';
import { type Pool, poolFolder, setsOf } from '../pool.ts';
import type { Breaks } from './broken.ts';

/** What the promises of evio-ipam need to know of the world at the moment an event reaches the log. */
export type PoolWitness = {
  /** The text of a file of the network, as programs see it and as a power cut leaves it. */
  readonly file: (name: string) => string | undefined;
  readonly fileOnDisk: (name: string) => string | undefined;
  /** The pods that the runtime was told have this address, and whose namespace is there. */
  readonly runningWith: (address: string) => ReadonlyArray<string>;
  readonly isLive: (containerId: string) => boolean;
  readonly isThere: (inode: number) => boolean;
  readonly set: (index: number) => ReadonlyArray<string>;
  /** Whether the machine refused anything in this life that an undoing needs. */
  readonly hindered: boolean;
};

/** What of the world it is made from. */
type Seen = Pick<Machine, 'folders' | 'kernel'> & {
  readonly pool: Pool;
  readonly dualStack: boolean;
  readonly hinderedAt: number;
  readonly life: { readonly beganAt: number } | undefined;
};

export const poolWitness = ({ folders, kernel, pool, dualStack, life, hinderedAt }: Seen): PoolWitness => {
  const { files, onDisk } = folderAt(folders, poolFolder);
  return {
    file: (name) => files.get(name),
    fileOnDisk: (name) => onDisk.get(name),
    runningWith: (address) =>
      pool.guests
        .filter(
          ({ belief, addresses, path }) =>
            belief === 'live' && addresses.includes(address) && kernel.netns.has(path),
        )
        .map(({ containerId }) => containerId),
    isLive: (containerId) =>
      pool.guests.some((guest) => guest.containerId === containerId && guest.belief === 'live'),
    isThere: (wanted) => [...kernel.netns.values()].some(({ inode }) => inode === wanted),
    set: (index) => setsOf(dualStack)[index] ?? [],
    hindered: Math.max(hinderedAt, pool.hinderedAt) >= (life?.beganAt ?? 0),
  };
};

/** host-local's order: the first that is free behind the one that was reserved last. */
const judgeTurn = (
  breaks: Breaks,
  { held, last }: NetworkPool,
  { address, set = 0 }: PoolAllocation,
  now: PoolWitness,
): void => {
  const before = now.file(lastReservedName(set)) ?? last.get(set);
  const isFree = (one: string): boolean =>
    ![...held.keys()].some((other) => other === one) && now.file(one) === undefined;
  const due = inTurn(now.set(set), before).find(isFree);
  if (due !== address) breaks('addresses are given in turn', `${address} behind ${before}, and not ${due}`);
};

export const judgeAllocated = (
  breaks: Breaks,
  state: Readonly<HostState>,
  event: AddressesAllocated,
  now: PoolWitness,
): void => {
  const key = attachmentKey(event);
  const pool = state.networks.get(event.network) ?? emptyNetworkPool();
  if (pool.allocated.has(key))
    breaks('the same command twice is the same command once', `${key} is given addresses beside its own`);
  for (const one of event.addresses) {
    const { address, choice } = one;
    const others = [
      ...(pool.held.has(address) ? [pool.held.get(address)] : []),
      ...now.runningWith(address).filter((containerId) => containerId !== event.containerId),
    ];
    if (others.length > 0)
      breaks('no address is held by two live attachments', `${address} for ${key}, and for ${others}`);
    const text = now.file(address);
    if (choice.by === 'imported') {
      if (text === undefined || !isHeldBy(text, event))
        breaks(
          'the folder is what the log says',
          `${address} is taken over for ${key}, its file has ${text}`,
        );
    } else if (text !== undefined)
      breaks('what host-local wrote is given to nobody else', `${address} for ${key}, its file has ${text}`);
    if (choice.by === 'policy') judgeTurn(breaks, pool, one, now);
  }
};

/** What the machine takes away itself, or never had. */
const isNobodys = (reason: AddressesReleased['reason']): boolean =>
  reason === 'rebooted' || reason === 'elsewhere';

export const judgeReleased = (
  breaks: Breaks,
  state: Readonly<HostState>,
  event: AddressesReleased,
  now: PoolWitness,
): void => {
  const key = attachmentKey(event);
  const { reason, containerId } = event;
  const one = allocatedTo(state.networks, event);
  if (one === undefined) {
    breaks('the live state is that of the log', `${key} is released and holds nothing`);
    return;
  }
  // Files that could not be removed are said in the journal, and looked at by the next call.
  const excused = now.hindered && (reason === 'rebooted' || reason === 'unwritten');
  for (const address of event.addresses)
    for (const text of [now.file(address), now.fileOnDisk(address)])
      if (text !== undefined && isHeldBy(text, event) && !excused)
        breaks(
          'an address is free only when nothing answers for it',
          `${address} of ${key} is released (${reason}), its file is there`,
        );
  if (!isNobodys(reason) && now.isLive(containerId))
    breaks('nothing that is held is released unasked', `${key} (${reason})`);
  if (reason === 'elsewhere' && one.netns !== undefined && now.isThere(one.netns.inode))
    breaks('nothing that is held is released unasked', `${key} (${reason}), its namespace is there`);
};
