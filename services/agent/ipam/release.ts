import { either as E } from 'fp-ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import { type AttachmentId, attachmentKey } from '../../../domain/host/attachment.ts';
import type { ReleaseReason } from '../../../domain/host/ipam/events.ts';
import { allocatedTo } from '../../../domain/host/ipam/state.ts';
import type { AddressFolder } from '../../../domain/port/address-folder.ts';
import { type Cause, eventId } from '../../seal-events.ts';
import { flushFiles, namesOf, unlinkFiles } from './address-files.ts';
import { inFolder } from './in-folder.ts';
import { type Ipam, type Place, placeKey, type Release } from './ipam.ts';
import { settleFolder } from './settle-folder.ts';

type Released = E.Either<Refusal, string | undefined>;

/** The files of the attachment, the log's and those that only the folder knows. Right: whether the log knows it. */
const removeAll = async (
  { host }: Ipam,
  folder: AddressFolder,
  { containerId, ifname, ...attachment }: AttachmentId,
  left: ReadonlyArray<{
    readonly containerId: string;
    readonly ifname: string;
    readonly addresses: ReadonlyArray<string>;
  }>,
): Promise<E.Either<Refusal, boolean>> => {
  for (const one of left) {
    if (one.containerId !== containerId || (one.ifname !== ifname && one.ifname !== '')) continue;
    const removed = await unlinkFiles(folder, one, one.addresses);
    if (E.isLeft(removed)) return removed;
  }
  const holds = allocatedTo(host.state().networks, { ...attachment, containerId, ifname });
  if (holds === undefined) return E.right(false);
  const removed = await unlinkFiles(folder, holds, namesOf(holds));
  return E.isLeft(removed) ? removed : E.right(true);
};

const record = async ({ ports, host }: Ipam, { attachment, reason, cause }: Release): Promise<Released> => {
  const released = await host.transact(
    { type: 'release-addresses', ...attachment, reason },
    cause,
    'written',
  )();
  if (E.isLeft(released)) return released;
  return E.right(released.right.length === 0 ? undefined : eventId(ports.ids, cause.commandId, 0));
};

const isKnown = ({ host }: Ipam, attachment: AttachmentId): boolean =>
  allocatedTo(host.state().networks, attachment) !== undefined;

/** All that waited for this folder: one look at it, one wait for its disk. An outcome for each, in their order. */
const releaseTogether = async (
  ipam: Ipam,
  folder: AddressFolder,
  place: Place,
  releases: ReadonlyArray<Release>,
): Promise<ReadonlyArray<Released>> => {
  const [first] = releases;
  if (first === undefined) return [];
  const settled = await settleFolder(ipam, folder, place, first.cause.commandId, {
    except: new Set(releases.map(({ attachment }) => attachmentKey(attachment))),
    // What the log does not know may have an address that it still takes for another's.
    all: releases.some(({ attachment }) => !isKnown(ipam, attachment)),
  });
  if (E.isLeft(settled)) return releases.map(() => settled);
  const removed: E.Either<Refusal, boolean>[] = [];
  for (const { attachment } of releases)
    removed.push(await removeAll(ipam, folder, attachment, settled.right.left));
  const flushed = await flushFiles(folder);
  const outcomes: Released[] = [];
  for (const [at, release] of releases.entries()) {
    const known = removed[at] ?? E.right(false);
    if (E.isLeft(known)) outcomes.push(known);
    else if (E.isLeft(flushed)) outcomes.push(flushed);
    else outcomes.push(known.right ? await record(ipam, release) : E.right(undefined));
  }
  return outcomes;
};

const releaseBatch = async (
  ipam: Ipam,
  place: Place,
  begin: () => ReadonlyArray<Release>,
): Promise<ReadonlyArray<Released>> => {
  let batch: ReadonlyArray<Release> | undefined;
  const released = await inFolder(ipam, place.folder, async (folder) => {
    batch = begin();
    return E.right(await releaseTogether(ipam, folder, place, batch));
  });
  if (E.isLeft(released)) return (batch ?? begin()).map(() => released);
  const onDisk = await ipam.host.flush();
  return E.isLeft(onDisk) ? released.right.map(() => onDisk) : released.right;
};

/**
 * Files gone → `AddressesReleased`, on disk while others have the folder again → done: whoever looks at the files sees an address
 * free before the log gives it again. As with host-local an attachment that nobody knows is released already, and what only a file
 * knows is released by removing it. Right: the id of the event, if there was anything to record.
 *
 * Whoever waits for the folder goes together with those that wait for it too: a thousand DELs behind an outage would read it a
 * thousand times.
 */
export const releaseAddresses = (
  ipam: Ipam,
  { network, containerId, ifname }: AttachmentId,
  configured: string,
  reason: ReleaseReason,
  cause: Cause,
): Promise<Released> => {
  const attachment = { network, containerId, ifname };
  const folder = allocatedTo(ipam.host.state().networks, attachment)?.folder ?? configured;
  const place = { network, folder };
  const key = placeKey(place);
  const { promise, resolve, reject } = Promise.withResolvers<Released>();
  const one = { attachment, reason, cause, resolve, reject };
  const waiting = ipam.releasing.get(key);
  if (waiting !== undefined) {
    waiting.push(one);
    return promise;
  }
  const all: Release[] = [one];
  ipam.releasing.set(key, all);
  const begin = (): ReadonlyArray<Release> => {
    ipam.releasing.delete(key);
    return all;
  };
  releaseBatch(ipam, place, begin).then(
    (outcomes) => {
      for (const [at, release] of all.entries()) release.resolve(outcomes[at] ?? E.right(undefined));
    },
    (error: unknown) => {
      for (const release of all) release.reject(error);
    },
  );
  return promise;
};
