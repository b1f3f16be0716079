import { either as E } from 'fp-ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import { type AttachmentId, attachmentKey } from '../../../domain/host/attachment.ts';
import type { ReleaseReason } from '../../../domain/host/ipam/events.ts';
import { allocatedTo } from '../../../domain/host/ipam/state.ts';
import { type Cause, eventId } from '../../seal-events.ts';
import { namesOf, removeFiles } from './address-files.ts';
import { inFolder } from './in-folder.ts';
import type { Ipam } from './ipam.ts';
import { settleFolder } from './settle-folder.ts';

/**
 * Files gone → `AddressesReleased`, on disk while others have the folder again → done: whoever looks at the files sees an address
 * free before the log gives it again. As with host-local an attachment that nobody knows is released already, and what only a file
 * knows is released by removing it. Right: the id of the event, if there was anything to record.
 */
export const releaseAddresses = async (
  ipam: Ipam,
  { network, containerId, ifname }: AttachmentId,
  configured: string,
  reason: ReleaseReason,
  cause: Cause,
): Promise<E.Either<Refusal, string | undefined>> => {
  const { ports, host } = ipam;
  const attachment = { network, containerId, ifname };
  const path = allocatedTo(host.state().networks, attachment)?.folder ?? configured;
  const released = await inFolder(ipam, path, async (folder) => {
    const known = allocatedTo(host.state().networks, attachment);
    const settled = await settleFolder(ipam, folder, { network, folder: path }, cause.commandId, {
      ...(known === undefined ? {} : { except: attachmentKey(known) }),
    });
    if (E.isLeft(settled)) return settled;
    for (const one of settled.right.left) {
      if (one.containerId !== containerId || (one.ifname !== ifname && one.ifname !== '')) continue;
      const removed = await removeFiles(folder, one, one.addresses);
      if (E.isLeft(removed)) return removed;
    }
    const holds = allocatedTo(host.state().networks, attachment);
    if (holds === undefined) return E.right(undefined);
    const removed = await removeFiles(folder, holds, namesOf(holds));
    if (E.isLeft(removed)) return removed;
    const written = await host.transact(
      { type: 'release-addresses', ...attachment, reason },
      cause,
      'written',
    )();
    if (E.isLeft(written)) return written;
    return E.right(written.right.length === 0 ? undefined : eventId(ports.ids, cause.commandId, 0));
  });
  const onDisk = await host.flush();
  return E.isLeft(onDisk) ? onDisk : released;
};
