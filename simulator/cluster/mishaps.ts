import type { NodeName } from '../../domain/identity/node-name.ts';
import type { Incarnation } from '../../domain/identity/uuid.ts';
import { uuidFrom } from '../random.ts';
import { type Host, type Image, imageOf } from './host.ts';
import { endHost, startHost } from './host-life.ts';
import { addHost, readHistory } from './make-world.ts';
import type { ClusterWorld } from './world.ts';

/** The machine goes down, with all that ran on it. */
const goDown = (world: ClusterWorld, host: Host): void => {
  endHost(world, host);
  host.running.clear();
  host.boots += 1;
};

const putBack = (world: ClusterWorld, host: Host, { disk, files }: Image): void => {
  host.disk.putBack(disk);
  host.surroundings.files.clear();
  for (const [path, text] of files) host.surroundings.files.set(path, text);
  readHistory(world, host);
};

export const cutPower = (world: ClusterWorld, host: Host, pick: number): void => {
  goDown(world, host);
  const before = host.disk.eventsFrom(host.disk.durable() + 1);
  host.disk.cutPower(pick);
  const kept = host.disk.durable();
  // Of an image that runs twice the other one may still have it.
  if (!host.meddled) for (const { hash, position } of before) if (position > kept) world.written.delete(hash);
  readHistory(world, host);
};

/** The machine gets a new disk, and its node a new life. */
export const loseDisk = (world: ClusterWorld, host: Host): void => {
  goDown(world, host);
  host.lost = imageOf(host);
  host.disk.lose(uuidFrom(world.roll) as Incarnation);
  host.surroundings.files.clear();
  readHistory(world, host);
};

/** The disk of before comes back, as it was. */
export const returnDisk = (world: ClusterWorld, host: Host): boolean => {
  const { lost } = host;
  if (lost === undefined) return false;
  goDown(world, host);
  host.lost = imageOf(host);
  putBack(world, host, lost);
  return true;
};

/** The machine is put back to when its disk was copied. */
export const putOlderBack = (world: ClusterWorld, host: Host): boolean => {
  const { kept } = host;
  if (kept === undefined || kept.disk.logId !== host.disk.logId()) return false;
  goDown(world, host);
  host.meddled = true;
  putBack(world, host, kept);
  return true;
};

const mostTwins = 3;

/** The machine's disk, copied while it runs, begins to run in another one. */
export const clone = (world: ClusterWorld, host: Host): boolean => {
  if (world.hosts.length >= world.nodes + mostTwins) return false;
  const twin = addHost(world, `${host.name}'`, host.node as NodeName);
  host.meddled = true;
  twin.meddled = true;
  putBack(world, twin, imageOf(host));
  twin.boots = host.boots + 1;
  startHost(world, twin);
  return true;
};

export const cutConnections = ({ ledger }: ClusterWorld, host: Host): boolean => {
  const cut = [...ledger.connections].filter(({ client }) => client.owner === host.life?.owner);
  for (const connection of cut) connection.break('connection reset by peer');
  return cut.length > 0;
};
