import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { AddRequest } from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import type { AddPod } from '../../domain/host/command.ts';
import type { Attachment, Lease } from '../../domain/host/state.ts';
import { hostIfname } from '../../domain/kernel/host-ifname.ts';
import { preparedAlias } from '../../domain/kernel/prepared-alias.ts';
import type { PodWiring } from '../../domain/port/kernel.ts';
import type { Cause } from '../seal-events.ts';
import { examine } from './admit.ts';
import type { AgentConfiguration } from './configuration.ts';
import { deleteAttachment } from './delete.ts';
import { needsNodeNetwork } from './elastic-subnets.ts';
import { knownFields } from './log-fields.ts';
import { describeNodeNetworkFailure, ensureNodeNetwork } from './node-network.ts';
import type { AgentPorts, Host } from './ports.ts';
import { forget } from './prepared.ts';
import type { Readiness } from './readiness.ts';
import { stillWanted } from './still-wanted.ts';
import type { Turns } from './turns.ts';
import { ensureVlanOf, type VlanFailure } from './vlans.ts';
import { wire, wiringOf } from './wiring.ts';

/** The attachment as it was made, and where the time went, in milliseconds. */
export type Added = {
  readonly attachment: Attachment;
  readonly wiring: PodWiring;
  readonly timing: Timing;
  /** Settles when the pod's neighbours were told of it, or could not be. */
  readonly announced: Promise<void>;
};

export type Timing = { readonly reserveMs: number; readonly wireMs: number; readonly switchWaitMs: number };

type Reserved = { readonly attachment: Attachment; readonly lease: Lease };

const podOf = ({ pod }: AddRequest): Pick<AddPod, 'pod'> => {
  if (pod === undefined) return {};
  const { namespace, name, uid } = pod;
  return { pod: { namespace, name, ...(uid === undefined ? {} : { uid }) } };
};

/**
 * Whether the attachment is there and cannot be answered: reserved by an ADD that was interrupted; or attached by an earlier attempt
 * of this one and without its wiring, because the undoing of that was interrupted.
 */
const isLeftBehind = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  key: string,
  decided: Awaited<ReturnType<ReturnType<Host['transact']>>>,
): Promise<boolean> => {
  if (E.isLeft(decided)) return decided.left.type === 'attachment-reserved';
  const { attachments, lease } = host.state();
  const attachment = attachments.get(key);
  if (attachment?.status !== 'attached' || lease === undefined) return false;
  const found = await ports.kernel.inspectPod(wiringOf(configuration, attachment, lease.subnets))();
  return E.isLeft(found) || found.right.length > 0;
};

/**
 * Reserves addresses for the attachment; what an interrupted ADD of it left behind is undone first. The reservation is written, and
 * flushed while the kernel makes the links: a power cut in between takes both.
 */
const reserve = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  command: AddPod,
  cause: Cause,
): Promise<E.Either<Refusal, Reserved>> => {
  const key = attachmentKey(command);
  let decided = await host.transact(command, cause, 'written')();
  if (await isLeftBehind(ports, configuration, host, key, decided)) {
    const undone = await deleteAttachment(ports, host, command, 'interrupted', {
      actor: 'agent',
      // Another name than healing uses: what is reserved now under this command may have to be undone as well.
      commandId: ports.ids.derive(cause.commandId, 'left-behind'),
      correlationId: cause.correlationId,
    });
    if (E.isLeft(undone)) return undone;
    decided = await host.transact(command, cause, 'written')();
  }
  if (E.isLeft(decided)) return decided;
  const { attachments, lease } = host.state();
  const attachment = attachments.get(key);
  if (attachment === undefined || lease === undefined)
    throw new Error(`${key} is not in the state that it was just added to`);
  return E.right({ attachment, lease });
};

/** A namespace that went away while the switch was waited for took the pod's interface with it. */
const stillThere = async (
  { kernel }: Pick<AgentPorts, 'kernel'>,
  { netns: { path, device, inode } }: Attachment,
): Promise<E.Either<Refusal, undefined>> => {
  const found = await kernel.netns(path)();
  if (E.isLeft(found)) return found;
  return found.right.device === device && found.right.inode === inode
    ? E.right(undefined)
    : E.left({ type: 'netns-replaced', path });
};

/**
 * Behind the answer: the pod works without, as neighbours that knew its address under another MAC ask again or are told by what it
 * sends. A moment later, because to wake the kernel's thread may cost this one its processor, and the answer is not yet written.
 */
const announce = async (
  { kernel, timer, ids, log }: AgentPorts,
  attachment: Attachment,
  wiring: PodWiring,
): Promise<void> => {
  await timer.sleep(0);
  const announced = await kernel.announcePod(wiring)();
  if (E.isRight(announced)) return;
  log.warn('a pod could not be announced', { ...knownFields(ids, attachment), failure: announced.left });
};

const noWayOut = (failure: VlanFailure): Refusal =>
  failure.type === 'setting-failed'
    ? { type: 'halted', reason: describeNodeNetworkFailure(failure) }
    : failure;

/**
 * ADD: reserve (in the log) → wire, and meanwhile the reservation on disk → the switch forwards, and its flows are there → `PodWired`
 * is logged → answer, and meanwhile the announcement. Whatever fails after the reservation, it is undone; so is what was wired for a lease whose TTL is over by then (`lapse`). Asked again by the same run
 * of the plugin, an answered ADD is answered again. An interface that was prepared for it keeps its MAC and is not made anew. `PodWired` is flushed a little later: a power cut that takes it took the pod as well.
 */
export const add = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  readiness: Pick<Readiness, 'networked'>,
  request: AddRequest,
  giveUp: AbortSignal,
  lapse: () => Refusal | undefined,
): Promise<E.Either<Refusal, Added>> => {
  const started = ports.clock.monotonicMs();
  const { network, containerId, ifname, requestId } = request;
  const attachmentId = { network, containerId, ifname };
  const key = attachmentKey(attachmentId);
  const begun = turns.prepared.get(key);
  const examined = await examine(ports, configuration, host, request, giveUp, begun !== undefined);
  if (E.isLeft(examined)) return examined;

  const cause: Cause = {
    actor: 'runtime',
    commandId: ports.ids.derive(requestId, `add/${request.attempt}`),
    correlationId: requestId,
  };
  const reserved = await reserve(
    ports,
    configuration,
    host,
    {
      type: 'add-pod',
      ...attachmentId,
      ...podOf(request),
      ...examined.right,
      ...(begun === undefined ? {} : { requestedMac: begun.mac, netns: begun.netns }),
      requestId,
      commandId: cause.commandId,
      hostIfname: hostIfname(ports.sha256, attachmentId),
    },
    cause,
  );
  if (E.isLeft(reserved)) return reserved;
  const { attachment, lease } = reserved.right;
  // It is in the log from here on: whoever undoes it removes the interface too.
  forget(ports, configuration, turns.prepared, key);
  const wiring = {
    ...wiringOf(configuration, attachment, lease.subnets),
    ...(begun === undefined ? {} : { preparedAs: preparedAlias(key) }),
  };
  const reservedAt = ports.clock.monotonicMs();
  const reserveMs = reservedAt - started;
  if (attachment.status === 'attached') {
    const timing = { reserveMs, wireMs: 0, switchWaitMs: 0 };
    return E.right({ attachment, wiring, timing, announced: Promise.resolve() });
  }

  const undo = async (refusal: Refusal): Promise<E.Either<Refusal, never>> => {
    const undone = await deleteAttachment(ports, host, attachmentId, 'wiring-failed', {
      actor: 'agent',
      commandId: ports.ids.derive(cause.commandId, 'undo'),
      correlationId: requestId,
    });
    if (E.isLeft(undone)) {
      ports.log.error('an ADD that failed could not be undone; its addresses stay reserved', {
        ...knownFields(ports.ids, attachment),
        failure: undone.left,
      });
    }
    return E.left(refusal);
  };

  // What was left behind is undone by now, and it had the interface that the delegate asked through.
  if (request.throughPod === true && begun === undefined)
    return undo({ type: 'preparation-lost', attachment: attachmentId });
  if (needsNodeNetwork(lease, readiness.networked, attachment)) {
    const ensured = await ensureNodeNetwork(ports, configuration, lease);
    if (E.isLeft(ensured)) return undo({ type: 'halted', reason: describeNodeNetworkFailure(ensured.left) });
    readiness.networked = new Set(lease.subnets);
  }
  if (attachment.vlan !== undefined) {
    const reached = await ensureVlanOf(ports, configuration, turns, lease, attachment);
    if (E.isLeft(reached)) return undo(noWayOut(reached.left));
  }
  const wired = wire(ports, configuration, lease, attachment, wiring, giveUp);
  const [plugged, onDisk] = await Promise.all([wired, host.flush()]);
  if (E.isLeft(plugged)) return undo(plugged.left);
  const port = plugged.right;
  const wirePod = async () => {
    if (E.isLeft(onDisk)) return onDisk;
    const there = await stillThere(ports, attachment);
    if (E.isLeft(there)) return there;
    const answerable = stillWanted(giveUp);
    if (E.isLeft(answerable)) return answerable;
    // The machine may have slept since the ADD was admitted.
    const lapsed = lapse();
    if (lapsed !== undefined) return E.left(lapsed);
    return host.transact(
      { type: 'wire-pod', ...attachmentId },
      { ...cause, commandId: ports.ids.derive(requestId, `wire/${request.attempt}`) },
      'written',
    )();
  };
  const logged = await wirePod();
  if (E.isLeft(logged)) return undo(logged.left);
  return E.right({
    attachment: { ...attachment, status: 'attached' },
    wiring,
    timing: {
      reserveMs,
      wireMs: ports.clock.monotonicMs() - reservedAt - port.waitMs,
      switchWaitMs: port.waitMs,
    },
    announced: announce(ports, attachment, wiring),
  });
};
