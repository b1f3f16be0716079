import { either as E } from 'fp-ts';
import { queuedDelName, readQueuedDel } from '../../domain/cni/queued-del.ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import { type AttachmentId, attachmentKey } from '../../domain/host/attachment.ts';
import { judgeQueuedDel } from '../../domain/host/judge-queued-del.ts';
import { type Attachment, addressesOf } from '../../domain/host/state.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import { eventId } from '../seal-events.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { CoolDown } from './cool-down.ts';
import { deleteAttachment } from './delete.ts';
import { attachmentFields } from './log-fields.ts';
import type { AgentPorts, Host } from './ports.ts';

const refused = ({ path, reason }: FilesFailure): E.Either<Refusal, never> =>
  E.left({ type: 'queue-unreadable', path, reason });

/**
 * Whether the pod runs still: its path leads to its namespace, and the namespace holds our link. Numbers of namespaces are
 * given again, so a new one may look like it, but the link ended with the old one. Pods that another program wired have no link of ours.
 */
const isAlive = async (
  { kernel }: AgentPorts,
  { netns, hostIfname, addresses }: Attachment,
): Promise<E.Either<Refusal, boolean>> => {
  const found = await kernel.netns(netns.path)();
  if (E.isLeft(found)) return found.left.type === 'kernel-refused' ? found : E.right(false);
  if (found.right.device !== netns.device || found.right.inode !== netns.inode) return E.right(false);
  if (addresses.some(({ choice }) => choice.by === 'imported' && choice.from !== 'adoption'))
    return E.right(true);
  const links = await kernel.ownLinks()();
  return E.isLeft(links) ? links : E.right(links.right.some(({ name }) => name === hostIfname));
};

/**
 * Does what the queued DEL of this name asks for, or finds that it means nothing any more, and then removes it: right, whether it
 * was there. One that cannot be read is named and left. To be called in the turn of its attachment, so that no
 * ADD comes between the deletion and the removal: what is found under the name later was queued later. The same DEL
 * twice, after a crash in between, is the same DEL once: its ids follow from the run of the plugin.
 */
export const followQueuedDel = async (
  ports: AgentPorts,
  configuration: Pick<AgentConfiguration, 'bootId'>,
  host: Host,
  coolDown: CoolDown,
  name: string,
): Promise<E.Either<Refusal, boolean>> => {
  const { delQueue, ids, log } = ports;
  const text = await delQueue.read(name)();
  if (E.isLeft(text)) return refused(text.left);
  if (text.right === undefined) return E.right(false);
  const del = readQueuedDel(name, text.right);
  if (E.isLeft(del)) {
    log.error('a queued DEL cannot be followed and was left', {
      file: `${delQueue.folder}/${name}`,
      reason: del.left,
    });
    return E.right(false);
  }
  const { attachment, requestId } = del.right;
  const key = attachmentKey(attachment);
  const known = host.state().attachments.get(key);
  const judgement = judgeQueuedDel(del.right, known, configuration.bootId);
  const alive =
    judgement === 'unless-alive' && known !== undefined ? await isAlive(ports, known) : E.right(false);
  if (E.isLeft(alive)) return alive;
  if (judgement === 'other-boot' || alive.right) {
    log.info('a queued DEL does not mean what is here now', {
      ...attachmentFields(attachment),
      requestId,
      judgement,
    });
  } else {
    const commandId = ids.derive(requestId, 'queued');
    const deleted = await deleteAttachment(ports, host, attachment, 'deleted', {
      actor: 'runtime',
      commandId,
      correlationId: requestId,
    });
    if (E.isLeft(deleted)) return deleted;
    if (known !== undefined) coolDown.released(addressesOf(known));
    log.info('deleted, as was queued', {
      ...attachmentFields(attachment),
      requestId,
      queuedAt: del.right.time,
      event: known && eventId(ids, commandId, 0),
    });
  }
  const removed = await delQueue.remove(name)();
  return E.isLeft(removed) ? refused(removed.left) : E.right(true);
};

/**
 * What an ADD does first, in its turn: a DEL that waits for its attachment means what was there before. A plugin may have queued it a
 * moment ago, when this agent did not answer, and the runtime was told that the attachment is gone.
 */
export const followOwnDel = async (
  ports: AgentPorts,
  configuration: Pick<AgentConfiguration, 'bootId'>,
  host: Host,
  coolDown: CoolDown,
  attachment: AttachmentId,
): Promise<E.Either<Refusal, undefined>> => {
  const name = queuedDelName(attachment);
  if (name === undefined || !ports.delQueue.holds(name)) return E.right(undefined);
  const followed = await followQueuedDel(ports, configuration, host, coolDown, name);
  if (E.isLeft(followed)) return followed;
  const flushed = await ports.delQueue.flush()();
  return E.isLeft(flushed) ? refused(flushed.left) : E.right(undefined);
};
