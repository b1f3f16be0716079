import { either as E } from 'fp-ts';
import { queuedDelName } from '../../../domain/cni/queued-del.ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import type { AttachmentId } from '../../../domain/host/attachment.ts';
import { allocatedTo } from '../../../domain/host/ipam/state.ts';
import { judgeQueuedDel } from '../../../domain/host/judge-queued-del.ts';
import type { AgentConfiguration } from '../configuration.ts';
import { followOwn, followQueued, passOver } from '../follow-queued.ts';
import { attachmentFields } from '../log-fields.ts';
import type { Ipam } from './ipam.ts';
import { isAlive } from './is-alive.ts';
import { releaseAddresses } from './release.ts';

type Boot = Pick<AgentConfiguration, 'bootId'>;

/**
 * What `followQueuedDel` does for pods, for what evio-ipam gave: releases what the queued DEL of this name means, or finds that it
 * means nothing any more. Right: whether it was there. To be called in the turn of its attachment.
 */
export const followQueuedRelease = (
  ipam: Ipam,
  { bootId }: Boot,
  name: string,
): Promise<E.Either<Refusal, boolean>> => {
  const { ports, host } = ipam;
  return followQueued(ports, name, async (del) => {
    const { attachment, requestId, pool } = del;
    const known = allocatedTo(host.state().networks, attachment);
    const judgement = judgeQueuedDel(del, known?.netns && { netns: known.netns }, bootId);
    const alive = judgement === 'unless-alive' && known !== undefined && (await isAlive(ports, known));
    if (judgement === 'other-boot' || alive) return passOver(ports, del, judgement);
    const released = await releaseAddresses(ipam, attachment, pool?.folder ?? '', 'deleted', {
      actor: 'runtime',
      commandId: ports.ids.derive(requestId, 'queued'),
      correlationId: requestId,
    });
    if (E.isLeft(released)) return released;
    ports.log.info('addresses released, as was queued', {
      ...attachmentFields(attachment),
      requestId,
      queuedAt: del.time,
      event: released.right,
    });
    return released;
  });
};

/** Before an ADD of the attachment: `followOwn`. */
export const followOwnRelease = (
  ipam: Ipam,
  boot: Boot,
  attachment: AttachmentId,
): Promise<E.Either<Refusal, undefined>> =>
  followOwn(ipam.ports, queuedDelName(attachment, 'pool'), (name) => followQueuedRelease(ipam, boot, name));
