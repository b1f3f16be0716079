import { either as E } from 'fp-ts';
import { queuedDelName, readQueuedDel } from '../../../domain/cni/queued-del.ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import type { AttachmentId } from '../../../domain/host/attachment.ts';
import { allocatedTo } from '../../../domain/host/ipam/state.ts';
import { judgeQueuedDel } from '../../../domain/host/judge-queued-del.ts';
import type { FilesFailure } from '../../../domain/port/files.ts';
import type { AgentConfiguration } from '../configuration.ts';
import { attachmentFields } from '../log-fields.ts';
import type { Ipam } from './ipam.ts';
import { isAlive } from './is-alive.ts';
import { releaseAddresses } from './release.ts';

type Boot = Pick<AgentConfiguration, 'bootId'>;

const refused = ({ path, reason }: FilesFailure): E.Either<Refusal, never> =>
  E.left({ type: 'queue-unreadable', path, reason });

/**
 * What `followQueuedDel` does for pods, for what evio-ipam gave: releases what the queued DEL of this name means, or finds that it
 * means nothing any more, and then removes it. Right: whether it was there. To be called in the turn of its attachment.
 */
export const followQueuedRelease = async (
  ipam: Ipam,
  { bootId }: Boot,
  name: string,
): Promise<E.Either<Refusal, boolean>> => {
  const { ports, host } = ipam;
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
  const { attachment, requestId, pool } = del.right;
  const known = allocatedTo(host.state().networks, attachment);
  const judgement = judgeQueuedDel(del.right, known?.netns && { netns: known.netns }, bootId);
  const alive = judgement === 'unless-alive' && known !== undefined && (await isAlive(ports, known));
  if (judgement === 'other-boot' || alive) {
    log.info('a queued DEL does not mean what is here now', {
      ...attachmentFields(attachment),
      requestId,
      judgement,
    });
  } else {
    const released = await releaseAddresses(ipam, attachment, pool?.folder ?? '', 'deleted', {
      actor: 'runtime',
      commandId: ids.derive(requestId, 'queued'),
      correlationId: requestId,
    });
    if (E.isLeft(released)) return released;
    log.info('addresses released, as was queued', {
      ...attachmentFields(attachment),
      requestId,
      queuedAt: del.right.time,
      event: released.right,
    });
  }
  const removed = await delQueue.remove(name)();
  return E.isLeft(removed) ? refused(removed.left) : E.right(true);
};

/** What an ADD does first, in its turn: a DEL that waits for its attachment means what was there before. */
export const followOwnRelease = async (
  ipam: Ipam,
  boot: Boot,
  attachment: AttachmentId,
): Promise<E.Either<Refusal, undefined>> => {
  const { ports } = ipam;
  const name = queuedDelName(attachment, 'pool');
  if (name === undefined || !ports.delQueue.holds(name)) return E.right(undefined);
  const followed = await followQueuedRelease(ipam, boot, name);
  if (E.isLeft(followed)) return followed;
  const flushed = await ports.delQueue.flush()();
  return E.isLeft(flushed) ? refused(flushed.left) : E.right(undefined);
};
