import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import { type AttachmentId, attachmentKey } from '../../domain/host/attachment.ts';
import type { DeletionReason } from '../../domain/host/events.ts';
import { type Attachment, addressesOf } from '../../domain/host/state.ts';
import { hostIfname } from '../../domain/kernel/host-ifname.ts';
import type { Cause } from '../seal-events.ts';
import type { AgentPorts, Host } from './ports.ts';
import { unwire } from './wiring.ts';

/** Where the time went, in milliseconds: port and link, then the log. */
export type Deleted = { readonly unwireMs: number; readonly recordMs: number };

/** A pod in a VLAN has a route of its own: whoever has the address next may be reached by another way. */
const unroute = async (
  { kernel }: Pick<AgentPorts, 'kernel'>,
  known: Attachment | undefined,
): Promise<E.Either<Refusal, void>> =>
  known?.vlan === undefined ? E.right(undefined) : kernel.removePodRoutes(addressesOf(known))();

/**
 * Port and link gone → `PodDeleted` → on disk → done: an address is never free while anything still answers for it. Whoever is given
 * it meanwhile is behind that event in the log, and so is never on disk without it. An attachment that the log does not know is swept
 * from switch and kernel all the same, and nothing is logged; what released it may still be on its way to the disk, and is waited for.
 */
export const deleteAttachment = async (
  ports: AgentPorts,
  host: Host,
  { network, containerId, ifname }: AttachmentId,
  reason: DeletionReason,
  cause: Cause,
): Promise<E.Either<Refusal, Deleted>> => {
  const startedMs = ports.clock.monotonicMs();
  const attachmentId = { network, containerId, ifname };
  const known = host.state().attachments.get(attachmentKey(attachmentId));
  const gone = await unwire(ports, known?.hostIfname ?? hostIfname(ports.sha256, attachmentId));
  if (E.isLeft(gone)) return gone;
  const unrouted = await unroute(ports, known);
  if (E.isLeft(unrouted)) return unrouted;
  const unwiredMs = ports.clock.monotonicMs();
  const deleted = await host.transact({ type: 'delete-pod', reason, ...attachmentId }, cause, 'written')();
  if (E.isLeft(deleted)) return deleted;
  // Apart from the append: a transaction that is flushed holds up all other pods for as long as the disk takes.
  const onDisk = await host.flush();
  if (E.isLeft(onDisk)) return onDisk;
  return E.right({ unwireMs: unwiredMs - startedMs, recordMs: ports.clock.monotonicMs() - unwiredMs });
};
