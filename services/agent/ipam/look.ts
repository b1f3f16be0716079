import { either as E } from 'fp-ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import {
  addressNamed,
  holderText,
  isHeldBy,
  lastReservedName,
  readHolder,
  readLastReserved,
} from '../../../domain/host/ipam/address-file.ts';
import type { FoundHolder } from '../../../domain/host/ipam/command.ts';
import type { Allocated, NetworkPool } from '../../../domain/host/ipam/state.ts';
import type { IpAddress } from '../../../domain/ip/address.ts';
import type { AddressFolder } from '../../../domain/port/address-folder.ts';
import { folderFailed } from './in-folder.ts';

/** A network's files, held against what the log knows. */
export type Look = {
  /** Who holds what by files of which the log knows nobody. */
  readonly holders: ReadonlyArray<FoundHolder>;
  /** Addresses whose file the log knows nobody of, and which no holder can be read from. */
  readonly unreadable: ReadonlyArray<IpAddress>;
  /** What the log has in this folder, and not all of its files are there, or one names somebody else. */
  readonly missing: ReadonlyArray<Allocated>;
  readonly last: ReadonlyMap<number, IpAddress>;
};

const lastReserved = async (
  folder: AddressFolder,
  names: ReadonlySet<string>,
): Promise<E.Either<Refusal, ReadonlyMap<number, IpAddress>>> => {
  const last = new Map<number, IpAddress>();
  for (let set = 0; names.has(lastReservedName(set)); set += 1) {
    const text = await folder.read(lastReservedName(set))();
    if (E.isLeft(text)) return folderFailed(text.left);
    const address = text.right === undefined ? undefined : readLastReserved(text.right);
    if (address !== undefined) last.set(set, address);
  }
  return E.right(last);
};

/**
 * Reads the names of all files, and of those alone the content that the log knows nobody of: as a rule none. `all`: of every address, for
 * host-local may have given what the log has meanwhile to somebody else.
 */
export const look = async (
  folder: AddressFolder,
  path: string,
  pool: Readonly<NetworkPool> | undefined,
  all = false,
): Promise<E.Either<Refusal, Look>> => {
  const listed = await folder.names()();
  if (E.isLeft(listed)) return folderFailed(listed.left);
  const names = new Set(listed.right);
  const holders = new Map<string, FoundHolder>();
  const unreadable: IpAddress[] = [];
  const displaced = new Set<string>();
  for (const name of names) {
    const key = pool?.held.get(name as IpAddress);
    const known = key === undefined ? undefined : pool?.allocated.get(key);
    if (key !== undefined && (!all || known?.folder !== path)) continue;
    const address = addressNamed(name);
    if (address === undefined) continue;
    const text = await folder.read(name)();
    if (E.isRight(text) && text.right === undefined) continue;
    // It may name any container: of none can be said that it has nothing.
    if (E.isLeft(text) && text.left.type === 'file-failed') return folderFailed(text.left);
    // A folder of this name, say: it is in the way of its address, and of nothing else.
    const holder = E.isLeft(text) || text.right === undefined ? undefined : readHolder(text.right);
    if (key !== undefined && known !== undefined) {
      if (holder === undefined || isHeldBy(holderText(holder), known)) continue;
      displaced.add(key);
    }
    if (holder === undefined) unreadable.push(address);
    else {
      const name = `${holder.containerId}/${holder.ifname}`;
      holders.set(name, { ...holder, addresses: [...(holders.get(name)?.addresses ?? []), address] });
    }
  }
  const missing = [...(pool?.allocated ?? [])]
    .filter(
      ([key, { folder: of, addresses }]) =>
        of === path && (displaced.has(key) || !addresses.every(({ address }) => names.has(address))),
    )
    .map(([, one]) => one);
  const last = await lastReserved(folder, names);
  return E.isLeft(last)
    ? last
    : E.right({ holders: [...holders.values()], unreadable, missing, last: last.right });
};
