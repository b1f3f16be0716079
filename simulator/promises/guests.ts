import { attachmentKey } from '../../domain/host/attachment.ts';
import { addressNamed, isHeldBy, lastReservedName } from '../../domain/host/ipam/address-file.ts';
import type { Allocated } from '../../domain/host/ipam/state.ts';
import { minReaderOf } from '../../domain/host/state.ts';
import type { IpAddress } from '../../domain/ip/address.ts';
import { folderAt } from '../machine/address-folders.ts';
import { type Guest, litter, poolFiles, poolFolder, poolNetwork, setsOf } from '../pool.ts';
import { type Ran, wordsOf } from '../run.ts';
import { type Belief, ifname } from '../slots.ts';
import type { World } from '../world.ts';

/* What holds of the pods that have addresses of evio-ipam. */

type Asked = {
  readonly before: Belief;
  readonly askedAt: number;
  /** How often the log and the folder's files had been lost, and host-local been run. */
  readonly losses: number;
  readonly emptied: number;
  readonly others: number;
};

const keyOf = ({ containerId }: Guest): string =>
  attachmentKey({ network: poolNetwork, containerId, ifname });

const held = 'nothing that is held is released unasked';

/** Whether each address has a file of this container's. */
export const isHeld = (
  files: ReadonlyMap<string, string>,
  addresses: ReadonlyArray<string>,
  containerId: string,
): boolean => addresses.every((address) => isHeldBy(files.get(address) ?? '', { containerId, ifname }));

/** What the runtime was told is true: in the log and in the folder, on disk. */
const acknowledged = (world: World, guest: Guest, asked: Asked, requestId: string): void => {
  const { history, disk, folders, pool, dualStack, breaks } = world;
  const { addresses, containerId } = guest;
  const key = keyOf(guest);
  const logged = history.poolByRequest.get(requestId);
  const onDisk = (is: boolean, what: string): void => {
    if (!is) breaks('what was acknowledged is on disk', `${key}: ${what}`);
  };
  onDisk(logged?.key === key, 'the log has no such allocation');
  onDisk((logged?.position ?? -1) <= disk.durable(), 'a power cut now would take it');
  const given = addresses.join();
  onDisk(logged?.addresses.join() === given, `${given} answered, ${logged?.addresses} logged`);
  onDisk(addresses.length === setsOf(dualStack).length, `${given} answered, one of each set was asked for`);
  if (asked.emptied !== pool.emptied) return;
  onDisk(
    isHeld(folderAt(folders, poolFolder).onDisk, addresses, containerId),
    `a power cut now would take the files of ${given}`,
  );
  for (const [set, address] of addresses.entries()) {
    const last = poolFiles(world).get(lastReservedName(set));
    const isLatest = history.host.networks.get(poolNetwork)?.last.get(set) === address;
    if (isLatest && asked.others === pool.others && last !== address)
      breaks('addresses are given in turn', `${address} was given last, and the folder says ${last}`);
  }
};

/** A refusal leaves nothing behind. */
const refused = (world: World, guest: Guest, asked: Asked, ran: Ran): void => {
  const { history, pool, hinderedAt, breaks, losses } = world;
  const key = keyOf(guest);
  const words = wordsOf(ran);
  if (asked.before === 'absent' && asked.losses === losses && /duplicate allocation/.test(words))
    breaks('DEL succeeds, and again', `ADD of ${key} behind its DEL: ${words}`);
  const logged = history.poolByRequest.get(ran.requestId);
  // An earlier attempt was answered and not heard: the DEL that follows a failed ADD takes it back.
  const excused = ran.asked > 1 || Math.max(hinderedAt, pool.hinderedAt) >= asked.askedAt;
  if (logged !== undefined && logged.releasedAt === undefined && !excused)
    breaks(
      'a refused command changes nothing',
      `ADD of ${key} was refused and holds ${logged.addresses}: ${words}`,
    );
};

export const heardGuestAdd = (world: World, guest: Guest, asked: Asked, ran: Ran): void => {
  const { pool, losses, breaks } = world;
  if (!ran.succeeded) {
    // What was there before is there still: the second ADD was refused, not the first undone.
    if (ran.heard && asked.before === 'live') return;
    guest.belief = 'unsure';
    if (ran.heard) refused(world, guest, asked, ran);
    return;
  }
  if (guest.belief === 'live')
    breaks('the same command twice is the same command once', `a second ADD of ${keyOf(guest)} was answered`);
  const { ips } = ran.said as { readonly ips: ReadonlyArray<{ readonly address: string }> };
  guest.addresses = ips.map(({ address }) => address.replace(/\/.*/, ''));
  // What was acknowledged is as lost as the log: only its files speak for it.
  guest.orphan = asked.losses < losses;
  const isKnown = asked.emptied === pool.emptied || !guest.orphan;
  guest.belief = isKnown ? 'live' : 'unsure';
  if (!guest.orphan) acknowledged(world, guest, asked, ran.requestId);
};

export const heardGuestDel = (world: World, guest: Guest, { succeeded, queued }: Ran): void => {
  const { history, disk, folders, breaks } = world;
  if (!succeeded) return;
  guest.belief = 'absent';
  // The agent does it when it is there again: the ending looks.
  if (queued) return;
  const key = keyOf(guest);
  if (history.host.networks.get(poolNetwork)?.allocated.has(key))
    breaks('DEL succeeds, and again', `${key} holds addresses behind its DEL`);
  if (disk.durable() < (history.poolByKey.get(key)?.releasedAt ?? -1))
    breaks('what was acknowledged is on disk', `the DEL of ${key}: a power cut now would take it back`);
  const { files, onDisk } = folderAt(folders, poolFolder);
  for (const map of [files, onDisk])
    for (const [name, text] of map)
      if (isHeldBy(text, { containerId: guest.containerId, ifname }))
        breaks(
          'what was acknowledged is on disk',
          `the DEL of ${key}: the file ${name} is there, or may be again`,
        );
};

/** What the runtime was told is there, and somebody else's file. */
export const compareGuests = (world: World): void => {
  const { pool, history, kernel, breaks } = world;
  const files = poolFiles(world);
  const holders = new Map<string, string>();
  for (const guest of pool.guests) {
    const { containerId, belief, addresses, orphan, path } = guest;
    if (belief !== 'live') continue;
    const one = history.host.networks.get(poolNetwork)?.allocated.get(keyOf(guest));
    const isFiled = isHeld(files, addresses, containerId);
    const there = kernel.netns.has(path);
    if (!isFiled && !pool.isMissing) breaks(held, `a file of ${containerId} (${addresses}) is gone`);
    const given = one?.addresses.map(({ address }) => address).join();
    if (!orphan && given !== addresses.join() && (there || isFiled))
      breaks(held, `${containerId} was told ${addresses}, the log has ${given}`);
    for (const address of there ? addresses : []) {
      const other = holders.get(address);
      if (other !== undefined)
        breaks('no address is held by two live attachments', `${address} of ${other} and ${containerId}`);
      holders.set(address, containerId);
    }
  }
  if (files.get(litter) !== '') breaks('only our own is touched', `the file ${litter}`);
};

/** A start in another boot takes back what the machine lost with its power. */
export const compareGuestsBoot = ({ life, history, bootedAt, breaks }: World): void => {
  if (life?.agent === undefined) return;
  for (const key of history.host.networks.get(poolNetwork)?.allocated.keys() ?? [])
    if ((history.poolByKey.get(key)?.position ?? -1) <= bootedAt)
      breaks('nothing is held from before a reboot', key);
};

export const allocated = ({ history }: World): ReadonlyArray<Allocated> => [
  ...(history.host.networks.get(poolNetwork)?.allocated.values() ?? []),
];

/** Whether a file of this allocation is missing, though its pod may be there. */
export const isUnfiled = (world: World, { addresses, containerId, netns }: Allocated): boolean =>
  netns !== undefined &&
  world.kernel.netns.get(netns.path)?.inode === netns.inode &&
  !isHeld(
    poolFiles(world),
    addresses.map(({ address }) => address),
    containerId,
  );

/** What the runtime was told is gone is nobody's any more. */
export const checkReleased = (world: World): void => {
  for (const guest of world.pool.guests)
    if (guest.belief === 'absent' && allocated(world).some((one) => one.containerId === guest.containerId))
      world.breaks('DEL succeeds, and again', `the release of ${guest.containerId} was lost`);
};

/** Whether any namespace that the log knows is there. */
const seesAny = (world: World): boolean =>
  [...world.history.host.attachments.values(), ...allocated(world)].some(
    ({ netns }) => netns !== undefined && world.kernel.netns.get(netns.path)?.inode === netns.inode,
  );

/** Behind a look at the folder, and a start where files were missing, log and folder say the same. */
export const checkFolder = (world: World): void => {
  const { history, breaks } = world;
  const wrong = (what: string): void => breaks('the folder is what the log says', what);
  const all = allocated(world);
  for (const one of all) if (isUnfiled(world, one)) wrong(`${attachmentKey(one)} has no file`);
  // Where older programs read along the log cannot take over what host-local wrote.
  const { lease } = history.host;
  if (lease !== undefined && minReaderOf(lease) < 4) return;
  for (const [name, text] of poolFiles(world)) {
    if (addressNamed(name) === undefined || name === litter) continue;
    const isTold = all.some(
      (one) => isHeldBy(text, one) && one.addresses.some(({ address }) => address === name),
    );
    // An agent that sees no namespace at all must not say that one is gone.
    const isBlind = history.host.networks.get(poolNetwork)?.held.has(name as IpAddress) && !seesAny(world);
    if (!isTold && !isBlind) wrong(`the file ${name} (${text}) is nobody's in the log`);
  }
};

/** Nothing was added since everything was deleted. */
export const checkPoolEmpty = (world: World): void => {
  for (const one of allocated(world))
    world.breaks(
      'nothing leaks',
      `${attachmentKey(one)} holds ${one.addresses.map(({ address }) => address)}`,
    );
  for (const name of poolFiles(world).keys())
    if (addressNamed(name) !== undefined && name !== litter)
      world.breaks('nothing leaks', `the file ${name}`);
};
