import { either as E } from 'fp-ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import { attachmentKey } from '../../../domain/host/attachment.ts';
import type { Allocated } from '../../../domain/host/ipam/state.ts';
import type { Netns } from '../../../domain/host/pod-added.ts';
import type { AddressFolder } from '../../../domain/port/address-folder.ts';
import { eventId } from '../../seal-events.ts';
import { seesNetns } from '../blindness.ts';
import { attachmentFields } from '../log-fields.ts';
import { namesOf, removeFiles, withoutSets, writeFiles } from './address-files.ts';
import { type Ipam, type Place, placeKey } from './ipam.ts';
import { isAlive } from './is-alive.ts';

/** `all`: every file is read (`look`); `except`: attachments whose files are about to go anyway; `asking`: the namespace of the ADD under way. */
export type SettleOptions = {
  readonly restore?: boolean;
  readonly all?: boolean;
  readonly except?: ReadonlySet<string>;
  readonly asking?: Netns | undefined;
};

type Done = Promise<E.Either<Refusal, undefined>>;

/** The files are gone, and so is the namespace: host-local was used meanwhile, and released it. */
const releaseGone = async (
  { ports, host }: Ipam,
  folder: AddressFolder,
  one: Allocated,
  requestId: string,
): Done => {
  const removed = await removeFiles(folder, one, namesOf(one));
  if (E.isLeft(removed)) return removed;
  const commandId = ports.ids.derive(requestId, `elsewhere/${attachmentKey(one)}/${one.requestId}`);
  const released = await host.transact(
    { type: 'release-addresses', ...one, reason: 'elsewhere' },
    { actor: 'agent', commandId, correlationId: requestId },
  )();
  if (E.isLeft(released)) return released;
  ports.log.info('released: its files and its namespace are gone', {
    ...attachmentFields(one),
    requestId,
    event: eventId(ports.ids, commandId, 0),
  });
  return E.right(undefined);
};

/** Whether any namespace that is known can be seen from here; `asking`: that of the ADD under way, which its plugin has seen. */
const seesAny = async ({ ports, host }: Ipam, asking: Netns | undefined): Promise<boolean> => {
  const { attachments, networks } = host.state();
  const given = [...networks.values()].flatMap(({ allocated }) => [...allocated.values()]);
  for (const netns of [asking, ...[...attachments.values(), ...given].map((known) => known.netns)])
    if (netns !== undefined && (await seesNetns(ports.kernel, { netns }))) return true;
  return false;
};

const tellOfGone = (
  { ports: { log } }: Ipam,
  { network, folder }: Place,
  attachments: number,
  sees: boolean,
): void => {
  if (sees)
    log.warn(
      'files and namespaces of attachments are gone: what they hold is released when the next look agrees',
      {
        ...{ network, folder, attachments },
      },
    );
  else
    log.warn(
      'this agent sees neither files nor namespaces of attachments, nor any other: nothing is released',
      {
        ...{ network, folder, attachments },
        remedy: `give it the host's /run/netns with mount propagation, and ${folder}`,
      },
    );
};

/**
 * What the log has and the folder has not. Of a live namespace it stays, and with `restore` its files are written again. What is gone
 * is released when it was gone at the look before as well, and never by an agent that sees no known namespace at all. What
 * was seen once is kept in memory only, so a new life begins anew.
 */
export const settleMissing = async (
  ipam: Ipam,
  folder: AddressFolder,
  place: Place,
  missing: ReadonlyArray<Allocated>,
  requestId: string,
  { restore, except, asking }: SettleOptions,
): Done => {
  const gone: Allocated[] = [];
  for (const one of missing) {
    if (except?.has(attachmentKey(one)) === true) continue;
    if (!(await isAlive(ipam.ports, one))) gone.push(one);
    else if (restore) {
      const written = await writeFiles(folder, withoutSets(one));
      if (E.isLeft(written)) return written;
    }
  }
  const key = placeKey(place);
  const before = ipam.gone.get(key);
  ipam.gone.set(key, new Map(gone.map((one) => [attachmentKey(one), one.requestId])));
  if (gone.length === 0) return E.right(undefined);
  const sees = await seesAny(ipam, asking);
  const twice = gone.filter((one) => before?.get(attachmentKey(one)) === one.requestId);
  if (twice.length < gone.length) tellOfGone(ipam, place, gone.length - twice.length, sees);
  for (const one of sees ? twice : []) {
    // Who sees a namespace now may have seen none a moment ago.
    if (await isAlive(ipam.ports, one)) continue;
    const released = await releaseGone(ipam, folder, one, requestId);
    if (E.isLeft(released)) return released;
  }
  return E.right(undefined);
};
