import { either as E } from 'fp-ts';
import { queuedDelName } from '../../domain/cni/queued-del.ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import { type AttachmentId, attachmentKey } from '../../domain/host/attachment.ts';
import { judgeQueuedDel } from '../../domain/host/judge-queued-del.ts';
import { type Attachment, addressesOf } from '../../domain/host/state.ts';
import { eventId } from '../seal-events.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { CoolDown } from './cool-down.ts';
import { deleteAttachment } from './delete.ts';
import { followOwn, followQueued, passOver } from './follow-queued.ts';
import { attachmentFields } from './log-fields.ts';
import type { AgentPorts, Host } from './ports.ts';

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
 * Does what the queued DEL of this name asks for, or finds that it means nothing any more (`followQueued`). The same DEL
 * twice, after a crash in between, is the same DEL once: its ids follow from the run of the plugin.
 */
export const followQueuedDel = (
  ports: AgentPorts,
  configuration: Pick<AgentConfiguration, 'bootId'>,
  host: Host,
  coolDown: CoolDown,
  name: string,
): Promise<E.Either<Refusal, boolean>> =>
  followQueued(ports, name, async (del) => {
    const { ids, log } = ports;
    const { attachment, requestId } = del;
    const known = host.state().attachments.get(attachmentKey(attachment));
    const judgement = judgeQueuedDel(del, known, configuration.bootId);
    const alive =
      judgement === 'unless-alive' && known !== undefined ? await isAlive(ports, known) : E.right(false);
    if (E.isLeft(alive)) return alive;
    if (judgement === 'other-boot' || alive.right) return passOver(ports, del, judgement);
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
      queuedAt: del.time,
      event: known && eventId(ids, commandId, 0),
    });
    return deleted;
  });

/** Before an ADD of the attachment: `followOwn`. */
export const followOwnDel = (
  ports: AgentPorts,
  configuration: Pick<AgentConfiguration, 'bootId'>,
  host: Host,
  coolDown: CoolDown,
  attachment: AttachmentId,
): Promise<E.Either<Refusal, undefined>> =>
  followOwn(ports, queuedDelName(attachment), (name) =>
    followQueuedDel(ports, configuration, host, coolDown, name),
  );
