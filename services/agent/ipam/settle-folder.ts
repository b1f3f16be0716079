import { either as E } from 'fp-ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import { attachmentKey } from '../../../domain/host/attachment.ts';
import type { FoundFiles } from '../../../domain/host/ipam/choose.ts';
import type { FoundHolder } from '../../../domain/host/ipam/command.ts';
import type { Allocated } from '../../../domain/host/ipam/state.ts';
import type { AddressFolder } from '../../../domain/port/address-folder.ts';
import type { AgentPorts, Host } from '../ports.ts';
import { namesOf, removeFiles, withoutSets, writeFiles } from './address-files.ts';
import { type Look, look } from './look.ts';

/** A network and the folder of its files. */
export type Place = { readonly network: string; readonly folder: string };

/** What the log did not take over, and so is in nobody's way but that of its addresses. */
export type Settled = FoundFiles & { readonly left: ReadonlyArray<FoundHolder> };

type Ports = Pick<AgentPorts, 'kernel' | 'ids' | 'log'>;

/**
 * Whether the namespace for which the addresses were given is there. What was taken over from files has none that we know: of it
 * the files are all there is. Where nobody can say, it counts as alive.
 */
export const isAlive = async (
  { kernel }: Pick<AgentPorts, 'kernel'>,
  { netns }: Allocated,
): Promise<boolean> => {
  if (netns === undefined) return false;
  const found = await kernel.netns(netns.path)();
  if (E.isLeft(found)) return found.left.type === 'kernel-refused';
  return found.right.device === netns.device && found.right.inode === netns.inode;
};

/** The files are gone, and so is the namespace: host-local was used meanwhile, and released it. */
const releaseGone = async (
  ports: Ports,
  host: Host,
  folder: AddressFolder,
  one: Allocated,
  requestId: string,
): Promise<E.Either<Refusal, undefined>> => {
  const removed = await removeFiles(folder, one, namesOf(one));
  if (E.isLeft(removed)) return removed;
  const released = await host.transact(
    { type: 'release-addresses', ...one, reason: 'elsewhere' },
    {
      actor: 'agent',
      commandId: ports.ids.derive(requestId, `elsewhere/${attachmentKey(one)}`),
      correlationId: requestId,
    },
  )();
  if (E.isLeft(released)) return released;
  ports.log.info('released: its files and its namespace are gone', { attachment: attachmentKey(one) });
  return E.right(undefined);
};

const settleMissing = async (
  ports: Ports,
  host: Host,
  folder: AddressFolder,
  { missing }: Look,
  requestId: string,
  { restore, except }: SettleOptions,
): Promise<E.Either<Refusal, undefined>> => {
  for (const one of missing) {
    if (attachmentKey(one) === except) continue;
    const alive = await isAlive(ports, one);
    if (alive && !restore) continue;
    const done = alive
      ? await writeFiles(folder, withoutSets(one))
      : await releaseGone(ports, host, folder, one, requestId);
    if (E.isLeft(done)) return done;
  }
  return E.right(undefined);
};

/** `except`: an attachment whose files are about to go anyway. */
type SettleOptions = { readonly restore?: boolean; readonly except?: string };

/**
 * Brings log and files together, for host-local may have been used before us or meanwhile: what it gave is taken over into the log,
 * what it released is released there, and nobody gets an address that has a file of which the log knows nobody. `restore` writes
 * files again that are missing while their namespace is there: at the start, for an ADD may have been cut short by our death.
 */
export const settleFolder = async (
  ports: Ports,
  host: Host,
  folder: AddressFolder,
  { network, folder: path }: Place,
  requestId: string,
  options: SettleOptions = {},
): Promise<E.Either<Refusal, Settled>> => {
  const seen = await look(folder, path, host.state().networks.get(network));
  if (E.isLeft(seen)) return seen;
  const { holders, unreadable, last } = seen.right;
  const settled = await settleMissing(ports, host, folder, seen.right, requestId, options);
  if (E.isLeft(settled)) return settled;
  if (holders.length > 0) {
    const adopting = ports.ids.derive(requestId, 'adopt');
    const adopted = await host.transact(
      { type: 'adopt-addresses', network, folder: path, holders, requestId: adopting },
      { actor: 'agent', commandId: adopting, correlationId: requestId },
    )();
    // Older programs read this log: what cannot be recorded is left in the files, and in nobody's hands.
    if (E.isLeft(adopted) && adopted.left.type !== 'readers-too-old') return adopted;
    if (E.isRight(adopted) && adopted.right.length > 0)
      ports.log.info('taken over from the files of host-local', {
        folder: path,
        holders: adopted.right.length,
      });
  }
  const held = host.state().networks.get(network)?.held;
  const left = holders
    .map((one) => ({ ...one, addresses: one.addresses.filter((address) => held?.has(address) !== true) }))
    .filter(({ addresses }) => addresses.length > 0);
  return E.right({
    last,
    left,
    taken: new Set([...unreadable, ...left.flatMap(({ addresses }) => addresses)]),
  });
};
