import { holderText, isHeldBy, lastReservedName } from '../../domain/host/ipam/address-file.ts';
import type { Loop, Owner } from '../loop.ts';
import { changeFile, type Folder, isLocked } from './address-folders.ts';

/* host-local itself (containernetworking/plugins), put in our place for a while: its files, its lock and its order. */

export type Holder = { readonly containerId: string; readonly ifname: string };

/** The addresses of each set, without gateways, in the order of their ranges. */
export type Sets = ReadonlyArray<ReadonlyArray<string>>;

/** Those behind the one that was reserved last, and then those up to it; from the first on where none was. */
export const inTurn = (set: ReadonlyArray<string>, last: string | undefined): ReadonlyArray<string> => {
  const next = set.indexOf(last ?? '') + 1;
  return [...set.slice(next), ...set.slice(0, next)];
};

/** One address of each set; `undefined` where the container has some, or a set has none left. */
const reserve = (folder: Folder, sets: Sets, holder: Holder): ReadonlyArray<string> | undefined => {
  const { files } = folder;
  if ([...files.values()].some((text) => isHeldBy(text, holder))) return undefined;
  const chosen = sets.flatMap(
    (set, index) =>
      inTurn(set, files.get(lastReservedName(index))).find((address) => !files.has(address)) ?? [],
  );
  if (chosen.length < sets.length) return undefined;
  for (const [index, address] of chosen.entries()) {
    changeFile(folder, { name: address, text: holderText(holder) });
    changeFile(folder, { name: lastReservedName(index), text: address });
  }
  return chosen;
};

const release = (folder: Folder, holder: Holder): ReadonlyArray<string> => {
  const names = [...folder.files].flatMap(([name, text]) => (isHeldBy(text, holder) ? [name] : []));
  for (const name of names) changeFile(folder, { name, text: undefined });
  return names;
};

const askAgainMs = 5;

/** `knows`: whether its files still say who runs; without them it would give again what it gave. */
type Asked = {
  readonly verb: 'ADD' | 'DEL';
  readonly sets: Sets;
  readonly holder: Holder;
  readonly knows: () => boolean;
};

/** One run: it waits for the folder's lock. Gives the addresses that it reserved or released. */
export const runHostLocal = async (
  loop: Loop,
  owner: Owner,
  folder: Folder,
  { verb, sets, holder, knows }: Asked,
): Promise<ReadonlyArray<string> | undefined> => {
  const act = (): ReadonlyArray<string> | undefined => {
    if (verb === 'DEL') return release(folder, holder);
    return knows() ? reserve(folder, sets, holder) : undefined;
  };
  for (;;) {
    const ran = await loop.look(owner, `host-local ${verb} ${holder.containerId}`, () =>
      isLocked(folder) ? 'waits' : { addresses: act() },
    );
    if (ran !== 'waits') return ran.addresses;
    await loop.sleep(owner, askAgainMs, 'host-local waits for the lock');
  }
};
