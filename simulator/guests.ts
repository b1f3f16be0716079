import type { JsonObject } from '../domain/cni/judge.ts';
import type { Owner } from './loop.ts';
import { emptyFolder, folderAt, isLocked } from './machine/address-folders.ts';
import { runHostLocal } from './machine/host-local.ts';
import { removeNetns } from './machine/kernel.ts';
import { type Guest, plantLitter, poolFiles, poolFolder, poolNetwork, rangesOf, setsOf } from './pool.ts';
import { runProgram } from './program.ts';
import { heardGuestAdd, heardGuestDel, isHeld } from './promises/guests.ts';
import type { Ran, Run } from './run.ts';
import { killPlugin, listed } from './runtime.ts';
import { ifname } from './slots.ts';
import type { GuestStep } from './step.ts';
import type { World } from './world.ts';

/* Pods that another plugin wires: `evio-ipam` gives their addresses, and now and then host-local in its place. */

const configOf = ({ dualStack }: World): JsonObject => ({
  cniVersion: '1.1.0',
  name: poolNetwork,
  type: 'bridge',
  ipam: { type: 'evio-ipam', ranges: rangesOf(dualStack) },
});

const runOf = (world: World, verb: Run['verb'], more: Partial<Run> = {}): Run => ({
  program: 'evio-ipam',
  verb,
  config: configOf(world),
  ...more,
});

/** The runtime's run for this guest: when it has ended, another may begin. */
const begin = (guest: Guest, name: string): { readonly client: Owner; readonly end: () => void } => {
  const client: Owner = { alive: true, name: `${name} ${guest.containerId}` };
  guest.plugin = client;
  return {
    client,
    end: () => {
      guest.plugin = undefined;
    },
  };
};

const isBusy = ({ collecting }: World, { plugin }: Guest): boolean =>
  plugin !== undefined || collecting !== undefined;

/** Apart from those of other pods. */
const firstInode = 1_000_000;

/** Whether there is a namespace to give addresses for: what died is taken down before it is set up again. */
const hasNetns = ({ kernel, steps }: World, { path, belief }: Guest): boolean => {
  if (belief === 'live' && !kernel.netns.has(path)) return false;
  if (!kernel.netns.has(path)) kernel.netns.set(path, { inode: firstInode + steps });
  return true;
};

const argsOf = (address: string | undefined): Pick<Run, 'args'> =>
  address === undefined ? {} : { args: `IP=${address}` };

export const addGuest = (world: World, guest: Guest, address?: string): boolean => {
  if (isBusy(world, guest) || !hasNetns(world, guest)) return false;
  const { client, end } = begin(guest, 'IPAM ADD');
  const { containerId, path, belief } = guest;
  const { losses, steps, pool } = world;
  guest.asked = true;
  const { emptied, others } = pool;
  const asked = { before: belief, askedAt: steps, losses, emptied, others };
  const run = runOf(world, 'ADD', { containerId, path, ...argsOf(address) });
  runProgram(
    world,
    client,
    run,
    (ran) => {
      end();
      heardGuestAdd(world, guest, asked, ran);
    },
    guest,
  );
  return true;
};

export const delGuest = (world: World, guest: Guest): boolean => {
  if (isBusy(world, guest)) return false;
  const { client, end } = begin(guest, 'IPAM DEL');
  const { containerId, path } = guest;
  guest.belief = 'unsure';
  runProgram(
    world,
    client,
    runOf(world, 'DEL', { containerId, path }),
    (ran) => {
      end();
      heardGuestDel(world, guest, ran);
    },
    guest,
  );
  return true;
};

export const checkGuest = (world: World, guest: Guest, heard: (ran: Ran) => void): boolean => {
  if (isBusy(world, guest) || guest.belief !== 'live') return false;
  const { client, end } = begin(guest, 'IPAM CHECK');
  const { containerId, path } = guest;
  runProgram(world, client, runOf(world, 'CHECK', { containerId, path }), (ran) => {
    end();
    heard(ran);
  });
  return true;
};

export const collectGuests = (world: World, forgetUnsure: boolean): boolean => {
  const { pool } = world;
  if (world.collecting !== undefined || pool.guests.some(({ plugin }) => plugin !== undefined)) return false;
  const client: Owner = { alive: true, name: 'IPAM GC' };
  world.collecting = client;
  const valid = listed(pool.guests, forgetUnsure).map(({ containerId }) => ({
    containerID: containerId,
    ifname,
  }));
  const config = { ...configOf(world), 'cni.dev/valid-attachments': valid };
  runProgram(world, client, runOf(world, 'GC', { config }), () => {
    world.collecting = undefined;
  });
  return true;
};

/** Whether a DEL of it waits for the agent, which no other program knows of: what came by another one meanwhile would end with it. */
const isQueued = ({ queue }: World, { containerId }: Guest): boolean =>
  [...queue.files.keys()].some((name) => name.startsWith(`${poolNetwork}%${containerId}%`));

/** Whether the files of a running pod are gone: they are all that host-local would know of it. */
const isForgotten = (world: World): boolean =>
  world.pool.guests.some(
    ({ belief, addresses, containerId }) =>
      belief === 'live' && !isHeld(poolFiles(world), addresses, containerId),
  );

/** host-local is in our place: an ADD of a pod that nobody has, or a DEL of one that may be there, which ends with it. */
const byHostLocal = (world: World, guest: Guest): boolean => {
  const { loop, kernel, folders, faults, dualStack, pool } = world;
  const { containerId, path, belief } = guest;
  if (isBusy(world, guest) || isQueued(world, guest) || faults.diskFull) return false;
  const verb = belief === 'absent' ? 'ADD' : 'DEL';
  if (verb === 'ADD' && !hasNetns(world, guest)) return false;
  const { client, end } = begin(guest, 'host-local');
  guest.belief = 'unsure';
  guest.asked = true;
  const holder = { containerId, ifname };
  const run = { verb, sets: setsOf(dualStack), holder, knows: () => !isForgotten(world) } as const;
  void runHostLocal(loop, client, folderAt(folders, poolFolder), run).then((addresses) => {
    pool.others += 1;
    if (!client.alive) return;
    end();
    if (verb === 'DEL') {
      removeNetns(kernel, path, loop.now());
      return;
    }
    if (addresses === undefined || !isHeld(poolFiles(world), addresses, containerId)) return;
    guest.belief = 'live';
    guest.addresses = addresses;
    guest.orphan = true;
  });
  return true;
};

const endNetns = ({ kernel, loop }: World, { path, plugin }: Guest): boolean => {
  if (plugin !== undefined || !kernel.netns.has(path)) return false;
  removeNetns(kernel, path, loop.now());
  return true;
};

/**
 * Somebody removes all files of the network. What the log knows by a namespace stays held; of the rest nobody knows any more that it
 * is there.
 */
export const loseFolder = (world: World): boolean => {
  const { folders, pool, history } = world;
  const folder = folderAt(folders, poolFolder);
  if (isLocked(folder)) return false;
  emptyFolder(folder);
  plantLitter(world);
  pool.emptied += 1;
  pool.isMissing = true;
  const known = [...(history.host.networks.get(poolNetwork)?.allocated.values() ?? [])];
  for (const guest of pool.guests) {
    const isKnown = known.some((one) => one.containerId === guest.containerId && one.netns !== undefined);
    if (guest.belief === 'live' && !isKnown) guest.belief = 'unsure';
  }
  return true;
};

/** Of what ran the files alone tell, once the log is lost. */
export const orphanGuests = (world: World): void => {
  for (const guest of world.pool.guests) {
    if (guest.belief !== 'live') continue;
    guest.orphan = isHeld(poolFiles(world), guest.addresses, guest.containerId);
    if (!guest.orphan) guest.belief = 'unsure';
  }
};

export const actOnGuest = (world: World, { does, guest: index, address }: GuestStep): boolean => {
  const guest = world.pool.guests[index];
  if (guest === undefined) return false;
  switch (does) {
    case 'add':
      return addGuest(world, guest, address === undefined ? undefined : setsOf(true)[0]?.[address]);
    case 'del':
      return delGuest(world, guest);
    case 'check':
      return checkGuest(world, guest, () => undefined);
    case 'kill':
      return killPlugin(world, guest);
    case 'end':
      return endNetns(world, guest);
    case 'host-local':
      return byHostLocal(world, guest);
  }
};
