import { either as E } from 'fp-ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { addressesOf } from '../../domain/host/state.ts';
import type { Owner } from '../loop.ts';
import type { Host } from './host.ts';
import { ask } from './host-life.ts';
import type { ClusterWorld } from './world.ts';

const network = 'evio';
const ifname = 'eth0';

const attachment = (containerId: string) => ({ network, containerId, ifname });

/** Why an ADD may be refused, whether the ledger answers or not. */
const refusals: ReadonlySet<string> = new Set([
  'no-lease',
  'lease-fenced',
  'leaving',
  'no-free-address',
  'already-attached',
  'attachment-reserved',
  'era-closed',
]);

/** The log's own disk refused: this append, or the one that it was decided behind. That is no matter of the ledger. */
const ofTheDisk: ReadonlySet<string> = new Set(['unavailable', 'conflict']);

/** Whether the runtime may ask for something of this pod: what it asked of an agent that died is over. */
const begins = ({ underWay, life }: Host, containerId: string): Owner | undefined => {
  if (life?.membership === undefined || underWay.get(containerId)?.alive) return undefined;
  underWay.set(containerId, life.owner);
  return life.owner;
};

/** The runtime adds a pod, and is told when it is there. */
export const addPod = (world: ClusterWorld, host: Host, containerId: string): boolean => {
  const owner = begins(host, containerId);
  if (owner === undefined) return false;
  const id = world.ids.random();
  const asked = ask(world, host, {
    type: 'add-pod',
    ...attachment(containerId),
    netns: { path: `/run/netns/${containerId}`, device: 4, inode: 4_026_532_000 + host.boots },
    requestedAddresses: [],
    mtu: 1410,
    hostIfname: `evio${containerId}`,
    requestId: id,
    commandId: id,
  });
  void asked.then((answer) => {
    if (answer === undefined || !owner.alive) return;
    host.underWay.delete(containerId);
    if (E.isLeft(answer)) {
      const { type } = answer.left;
      if (!refusals.has(type) && !ofTheDisk.has(type))
        world.breaks(
          'offline is normal',
          `ADD ${containerId} on ${host.name}: ${JSON.stringify(answer.left)}`,
        );
      return;
    }
    const key = attachmentKey(attachment(containerId));
    const added = host.history.state().attachments.get(key);
    const at = host.history.addedAt(key) ?? Number.POSITIVE_INFINITY;
    if (added === undefined || at > host.disk.durable())
      return world.breaks('what was acknowledged is on disk', `ADD ${containerId} on ${host.name}`);
    host.running.set(containerId, addressesOf(added));
    void ask(world, host, { type: 'wire-pod', ...attachment(containerId) }, 'written');
  });
  return true;
};

/** The runtime ends the pod, then has its address released. */
export const deletePod = (world: ClusterWorld, host: Host, containerId: string): boolean => {
  if (begins(host, containerId) === undefined) return false;
  host.running.delete(containerId);
  const asked = ask(world, host, { type: 'delete-pod', reason: 'deleted', ...attachment(containerId) });
  void asked.then(() => host.underWay.delete(containerId));
  return true;
};

/** Each pod that the log has, running or not. */
export const deleteAll = (world: ClusterWorld, host: Host): void => {
  for (const { containerId } of host.history.state().attachments.values())
    deletePod(world, host, containerId);
};
