import { setImmediate as turn } from 'node:timers/promises';
import { either as E, taskEither as TE } from 'fp-ts';
import type { AddressFolder } from '../../domain/port/address-folder.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import { act } from '../../simulator/act.ts';
import { connect } from '../../simulator/connection.ts';
import { device } from '../../simulator/machine/kernel.ts';
import type { Seams } from '../../simulator/seams.ts';
import { makeWorld, type World } from '../../simulator/world.ts';
import { uuid } from '../support/events.ts';

/* A world in which one pod has an address of evio-ipam, and what its agent is asked. */

export const folder = '/var/lib/cni/networks/lan';

export const goOn = async ({ loop }: World, most = 2000): Promise<void> => {
  for (let count = 0; count < most; count += 1) {
    await turn();
    if (loop.quiet()) return;
    loop.release(0);
  }
  await turn();
};

export const live = async (world: World): Promise<void> => {
  act(world, { type: 'start' });
  await goOn(world);
};

export const requestIds = {
  first: uuid('11111111-1111-4111-8111-111111111111'),
  second: uuid('22222222-2222-4222-8222-222222222222'),
  del: uuid('33333333-3333-4333-8333-333333333333'),
};

export type Answer = { readonly address?: string | undefined; readonly refused?: string };
export type Asked = { readonly answer: () => Answer | undefined };

export const ask = (
  world: World,
  verb: 'add' | 'del',
  containerId: string,
  requestId: string,
  attempt = 0,
): Asked => {
  const path = `/run/netns/${containerId}`;
  const inode = world.kernel.netns.get(path)?.inode;
  let heard: Answer | undefined;
  void connect(world, { alive: true, name: `${verb} ${containerId}` })
    .call(
      'POST',
      `/v1/ipam/${verb}`,
      {
        protocol: 1,
        network: 'lan',
        pool: { ipam: { subnet: '10.1.2.0/29' } },
        ...{ requestId, attempt, containerId, ifname: 'eth0', requestedAddresses: [] },
        ...(inode === undefined ? {} : { netns: { path, device, inode } }),
      },
      30_000,
    )()
    .then((answer) => {
      if (E.isLeft(answer)) return;
      const { status, body } = answer.right;
      if (status !== 200) {
        heard = { refused: (body as { readonly error: { readonly msg: string } }).error.msg };
        return;
      }
      const { result } = body as {
        readonly result: { readonly ips?: ReadonlyArray<{ readonly address: string }> };
      };
      heard = { address: result.ips?.[0]?.address };
    });
  return { answer: () => heard };
};

export const files = (world: World) => Object.fromEntries(world.folders.get(folder)?.files ?? []);

export const released = ({ disk }: World): ReadonlyArray<string> =>
  disk
    .eventsFrom(0)
    .filter(({ type }) => type === 'AddressesReleased')
    .map(({ payload }) => JSON.parse(payload).reason);

export const held = ({ disk }: World): ReadonlyArray<string> => {
  const addresses = new Set<string>();
  for (const { type, payload } of disk.eventsFrom(0)) {
    const event = JSON.parse(payload);
    if (type === 'AddressesAllocated') for (const { address } of event.addresses) addresses.add(address);
    if (type === 'AddressesReleased') for (const address of event.addresses) addresses.delete(address);
  }
  return [...addresses].sort();
};

/** The agent's ports with folders that do some things otherwise; `failed` is a refusal of the disk. */
export const withFolders =
  (
    otherwise: (
      folder: AddressFolder,
      failed: (name: string, reason: string) => TE.TaskEither<FilesFailure, never>,
    ) => Partial<AddressFolder>,
  ): NonNullable<Seams['ports']> =>
  (ports) => ({
    ...ports,
    addressFolders: {
      open: (path) =>
        TE.map((folder: AddressFolder) => ({
          ...folder,
          ...otherwise(folder, (name, reason) =>
            TE.left({ type: 'file-failed', path: `${path}/${name}`, reason }),
          ),
        }))(ports.addressFolders.open(path)),
    },
  });

/** One pod has its address. */
export const begin = async (seams: Seams = {}): Promise<World> => {
  const world = makeWorld(1, seams);
  for (const [index, name] of ['c1', 'c2'].entries())
    world.kernel.netns.set(`/run/netns/${name}`, { inode: 5000 + index });
  await live(world);
  const first = ask(world, 'add', 'c1', requestIds.first);
  await goOn(world);
  if (first.answer()?.address !== '10.1.2.2/29') throw new Error('the first pod has no address');
  return world;
};

export const killAt = async (world: World, at: number): Promise<void> => {
  await goOn(world, at);
  act(world, { type: 'crash', linger: at % 2 === 0 });
  await goOn(world);
  await live(world);
};

/** More than either takes. */
export const longest = 60;
