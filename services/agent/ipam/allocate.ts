import { either as E } from 'fp-ts';
import type { IpamConfig } from '../../../domain/cni/ipam-config.ts';
import type { IpamAddRequest } from '../../../domain/cni/ipam-request.ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import { attachmentKey } from '../../../domain/host/attachment.ts';
import { type Allocated, allocatedTo } from '../../../domain/host/ipam/state.ts';
import type { AddressFolder } from '../../../domain/port/address-folder.ts';
import { type Cause, eventId } from '../../seal-events.ts';
import { attachmentFields } from '../log-fields.ts';
import type { Host } from '../ports.ts';
import { namesOf, removeFiles, writeFiles } from './address-files.ts';
import { inFolder } from './in-folder.ts';
import type { Ipam } from './ipam.ts';
import { settleFolder } from './settle-folder.ts';

const podOf = ({ pod }: IpamAddRequest) => {
  if (pod === undefined) return {};
  const { namespace, name, uid } = pod;
  return { pod: { namespace, name, ...(uid === undefined ? {} : { uid }) } };
};

/** What is answered again may not be what was given last: then the files that say which was are left alone. */
const asGivenLast = (host: Host, one: Allocated): Allocated => {
  const last = host.state().networks.get(one.network)?.last;
  return {
    ...one,
    addresses: one.addresses.map(({ set, ...held }) =>
      set !== undefined && last?.get(set) === held.address ? { ...held, set } : held,
    ),
  };
};

/** What could not be written is held by nobody. */
const undo = async (
  { ports, host }: Ipam,
  folder: AddressFolder,
  one: Allocated,
  cause: Cause,
): Promise<void> => {
  const removed = await removeFiles(folder, one, namesOf(one));
  const released = await host.transact(
    { type: 'release-addresses', ...one, reason: 'unwritten' },
    { ...cause, actor: 'agent', commandId: ports.ids.derive(cause.commandId, 'undo') },
  )();
  const left = [removed, released].find(E.isLeft);
  if (left !== undefined)
    ports.log.error('an ADD of evio-ipam that failed could not be undone', {
      ...attachmentFields(one),
      requestId: cause.correlationId,
      failure: left.left,
    });
};

/**
 * What an ADD was given; `event`: the id of its `AddressesAllocated`, when it was not given before. `timing`, in milliseconds: the
 * folder had and looked at, decided and appended, on disk.
 */
export type Given = {
  readonly one: Allocated;
  readonly event: string | undefined;
  readonly timing: { readonly lookMs: number; readonly recordMs: number; readonly writeMs: number };
};

/**
 * ADD: look at the files → decide, append → the files, and meanwhile the log on disk → answer. So at any moment host-local may be
 * put in our place, and finds what was answered. Asked again by the same run of the plugin it is answered again.
 */
export const allocateAddresses = async (
  ipam: Ipam,
  request: IpamAddRequest,
  { folder: path, ranges }: IpamConfig,
): Promise<E.Either<Refusal, Given>> => {
  const { ports, host } = ipam;
  const { network, containerId, ifname, requestId, attempt, netns } = request;
  const cause: Cause = {
    actor: 'runtime',
    commandId: ports.ids.derive(requestId, `allocate/${attempt}`),
    correlationId: requestId,
  };
  const startedMs = ports.clock.monotonicMs();
  return inFolder(ipam, path, async (folder) => {
    const found = await settleFolder(ipam, folder, { network, folder: path }, cause.commandId, {
      asking: netns,
    });
    if (E.isLeft(found)) return found;
    const { last, taken } = found.right;
    const lookedMs = ports.clock.monotonicMs();
    const decided = await host.transact(
      {
        type: 'allocate-addresses',
        ...{ network, containerId, ifname, folder: path, ranges, requestId, netns },
        ...podOf(request),
        requestedAddresses: request.requestedAddresses,
        found: { last, taken },
      },
      cause,
      'written',
    )();
    if (E.isLeft(decided)) return decided;
    const one = allocatedTo(host.state().networks, request);
    if (one === undefined)
      throw new Error(`${attachmentKey(request)} is not in the state that it was just given to`);
    const recordedMs = ports.clock.monotonicMs();
    const [written, onDisk] = await Promise.all([writeFiles(folder, asGivenLast(host, one)), host.flush()]);
    const failed = [written, onDisk].find(E.isLeft);
    if (failed === undefined) {
      const index = decided.right.findIndex(({ type }) => type === 'AddressesAllocated');
      return E.right({
        one,
        event: index === -1 ? undefined : eventId(ports.ids, cause.commandId, index),
        timing: {
          lookMs: lookedMs - startedMs,
          recordMs: recordedMs - lookedMs,
          writeMs: ports.clock.monotonicMs() - recordedMs,
        },
      });
    }
    await undo(ipam, folder, one, cause);
    return failed;
  });
};
