import { either as E } from 'fp-ts';
import { deleteAttachment } from './delete.ts';
import type { AgentPorts, Host } from './ports.ts';

/**
 * Undoes what an earlier life of the agent began and never answered. Runs before the first request is served, so nobody
 * else is at work on these attachments.
 */
export const healInterrupted = async (ports: AgentPorts, host: Host): Promise<void> => {
  for (const [key, attachment] of [...host.state().attachments]) {
    if (attachment.status === 'attached') continue;
    const healed = await deleteAttachment(ports, host, attachment, 'interrupted', attachment.requestId);
    if (E.isLeft(healed)) {
      ports.log.error('an interrupted ADD could not be undone; it is tried again at its DEL', {
        attachment: key,
        failure: healed.left,
      });
    } else {
      ports.log.info('an ADD that was interrupted before its answer was undone', { attachment: key });
    }
  }
};
