import { either as E } from 'fp-ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import { holderText, isHeldBy, lastReservedName } from '../../../domain/host/ipam/address-file.ts';
import type { Allocated } from '../../../domain/host/ipam/state.ts';
import type { AddressFolder } from '../../../domain/port/address-folder.ts';
import { folderFailed } from './in-folder.ts';

type Done = Promise<E.Either<Refusal, undefined>>;

const writeFile = async (folder: AddressFolder, one: Allocated, address: string): Done => {
  const created = await folder.create(address, holderText(one))();
  if (E.isLeft(created)) return folderFailed(created.left);
  if (created.right) return E.right(undefined);
  const there = await folder.read(address)();
  if (E.isLeft(there)) return folderFailed(there.left);
  return there.right !== undefined && isHeldBy(there.right, one)
    ? E.right(undefined)
    : E.left({
        type: 'folder-failed',
        path: `${one.folder}/${address}`,
        reason: 'it is there already, and was not a moment ago',
      });
};

export const flushFiles = async (folder: AddressFolder): Done => {
  const flushed = await folder.flush()();
  return E.isLeft(flushed) ? folderFailed(flushed.left) : E.right(undefined);
};

/** The files of an allocation, and which addresses were reserved last, on disk. What is there is left as it is. */
export const writeFiles = async (folder: AddressFolder, one: Allocated): Done => {
  for (const { address, set } of one.addresses) {
    const written = await writeFile(folder, one, address);
    if (E.isLeft(written)) return written;
    if (set === undefined) continue;
    const last = await folder.replace(lastReservedName(set), address)();
    if (E.isLeft(last)) return folderFailed(last.left);
  }
  return flushFiles(folder);
};

/** Removes the files of these names that are this holder's, and no others; `flushFiles` brings that to disk. */
export const unlinkFiles = async (
  folder: AddressFolder,
  holder: Pick<Allocated, 'containerId' | 'ifname'>,
  names: ReadonlyArray<string>,
): Done => {
  for (const name of names) {
    const text = await folder.read(name)();
    if (E.isLeft(text)) return folderFailed(text.left);
    // What is gone was perhaps removed by a call that could not flush it.
    if (text.right !== undefined && !isHeldBy(text.right, holder)) continue;
    const removed = await folder.remove(name)();
    if (E.isLeft(removed)) return folderFailed(removed.left);
  }
  return E.right(undefined);
};

/** The same, on disk. */
export const removeFiles = async (...[folder, ...asked]: Parameters<typeof unlinkFiles>): Done => {
  const unlinked = await unlinkFiles(folder, ...asked);
  return E.isLeft(unlinked) ? unlinked : flushFiles(folder);
};

export const namesOf = ({ addresses }: Allocated): ReadonlyArray<string> =>
  addresses.map(({ address }) => address);

/** The same addresses, so that writing their files leaves alone which was reserved last. */
export const withoutSets = (one: Allocated): Allocated => ({
  ...one,
  addresses: one.addresses.map(({ set: _, ...held }) => held),
});
