import test from 'ava';
import type { IpAddress } from '../../domain/ip/address.ts';
import { checkGuest, loseFolder } from '../../simulator/guests.ts';
import { folderAt } from '../../simulator/machine/address-folders.ts';
import { litter, poolFiles, poolFolder } from '../../simulator/pool.ts';
import { checkQuiet } from '../../simulator/promises/quiet.ts';
import type { GuestStep } from '../../simulator/step.ts';
import type { World } from '../../simulator/world.ts';
import { joinedWorld } from '../support/joined-world.ts';

/* Pods that have addresses of evio-ipam in a simulated world, and the folder of their files. */

/** A world of IPv4 alone, in which no older program reads along. */
const newest = 5;

const first = '10.20.0.2';

const guestWorld = async () => {
  const { world, drive } = await joinedWorld({}, newest);
  const guest = (does: GuestStep['does'], index = 0) => drive.step({ type: 'guest', does, guest: index });
  const one = world.pool.guests[0];
  if (one === undefined) throw new Error('there is no guest');
  return { world, drive, guest, one };
};

const fileOf = (world: World, name: string) => ({
  seen: poolFiles(world).get(name),
  onDisk: folderAt(world.folders, poolFolder).onDisk.get(name),
});

test('what an ADD of evio-ipam is answered lies in the folder, on disk', async (t) => {
  const { world, guest, one } = await guestWorld();
  await guest('add');
  t.is(one.belief, 'live');
  t.is(one.addresses[0], first);
  t.deepEqual(fileOf(world, first), { seen: 'g0\r\neth0', onDisk: 'g0\r\neth0' });
  checkQuiet(world);
  t.is(world.broken, undefined);
});

test('a flush of the folder that is refused is no ADD, and the address is free again', async (t) => {
  const { world, guest, one } = await guestWorld();
  world.faults.once.add('folder flush');
  await guest('add');
  t.is(one.belief, 'unsure');
  t.false(world.faults.once.has('folder flush'));
  t.deepEqual(fileOf(world, first), { seen: undefined, onDisk: undefined });
  t.is(world.history.host.networks.get('office')?.allocated.size, 0);
  await guest('add');
  t.is(one.belief, 'live');
  checkQuiet(world);
  t.is(world.broken, undefined);
});

test('a flush of the folder that is refused is no DEL, and the file may be there again behind a power cut', async (t) => {
  const { world, guest, one } = await guestWorld();
  await guest('add');
  world.faults.once.add('folder flush');
  await guest('del');
  t.is(one.belief, 'unsure');
  t.deepEqual(fileOf(world, first), { seen: undefined, onDisk: 'g0\r\neth0' });
  t.is(world.history.host.networks.get('office')?.allocated.size, 1);
  await guest('del');
  t.is(one.belief, 'absent');
  t.deepEqual(fileOf(world, first), { seen: undefined, onDisk: undefined });
  t.is(world.history.host.networks.get('office')?.allocated.size, 0);
  t.is(world.broken, undefined);
});

test('a power cut leaves the first part of what was not flushed', async (t) => {
  for (const [pick, left] of [[], ['10.20.0.2'], ['10.20.0.2', 'last_reserved_ip.0']].entries()) {
    const { world, drive, guest } = await guestWorld();
    await guest('host-local');
    t.deepEqual(fileOf(world, first), { seen: 'g0\r\neth0', onDisk: undefined });
    await drive.step({ type: 'cut-power', pick, keepPorts: false });
    t.deepEqual([...poolFiles(world).keys()], [litter, ...left]);
  }
});

test('what host-local gave is given to nobody else, and what it wrote is taken over', async (t) => {
  const { world, guest, one } = await guestWorld();
  await guest('host-local');
  t.is(one.belief, 'live');
  t.is(one.addresses[0], first);
  await guest('add', 1);
  t.is(world.pool.guests[1]?.addresses[0], '10.20.0.3');
  t.deepEqual(
    [...(world.history.host.networks.get('office')?.held.keys() ?? [])].filter((address) =>
      /^10\./.test(address),
    ),
    [first, '10.20.0.3'],
  );
  checkQuiet(world);
  t.is(world.broken, undefined);
});

test('files that somebody removed are written again by a start', async (t) => {
  const { world, drive, guest } = await guestWorld();
  await guest('add');
  t.true(loseFolder(world));
  t.is(fileOf(world, first).seen, undefined);
  await drive.step({ type: 'crash', linger: false });
  await drive.step({ type: 'start' });
  t.deepEqual(fileOf(world, first), { seen: 'g0\r\neth0', onDisk: 'g0\r\neth0' });
});

/** host-local is used for a while, and comes round to the address that the log has as another's. */
const gaveAnew = async () => {
  const { world, drive, guest } = await guestWorld();
  await guest('add');
  // Of this one the namespace stays to be seen.
  await guest('add', 7);
  // It ends by host-local, of which the log hears nothing.
  await guest('host-local');
  for (let index = 1; index <= 5; index += 1) await guest('host-local', index);
  const successor = world.pool.guests[5];
  if (successor?.addresses[0] !== first) throw new Error(`${first} is not given again`);
  return { world, drive, guest, successor };
};

test('who has by host-local what the log takes for another’s is there, and its DEL leaves no file', async (t) => {
  const { world, drive, guest, successor } = await gaveAnew();
  let said: boolean | undefined;
  checkGuest(world, successor, ({ succeeded }) => {
    said = succeeded;
  });
  await drive.go();
  t.true(said);
  await guest('del', 5);
  t.is(successor.belief, 'absent');
  t.is(fileOf(world, first).seen, undefined);
  t.is(world.broken, undefined);
});

test('what host-local gave anew is taken over when it has been seen twice', async (t) => {
  const { world, drive } = await gaveAnew();
  for (let looks = 1; looks <= 2; looks += 1)
    await drive.step({ type: 'gc', forgetUnsure: false, of: 'pool' });
  const holders = world.history.host.networks.get('office')?.held;
  t.is(holders?.get(first as IpAddress), 'office/g5/eth0');
  t.is(world.broken, undefined);
});
