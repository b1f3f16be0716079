import { either as E } from 'fp-ts';
import { deleteAttachment } from './delete.ts';
import { knownFields } from './log-fields.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';

/**
 * Undoes what was begun and never answered: by an earlier life of the agent, or by an ADD whose undoing failed. An ADD that is
 * under way has the turn of its attachment, so what is reserved and nobody's turn was left behind.
 */
export const healInterrupted = async (ports: AgentPorts, host: Host, turns: Turns): Promise<void> => {
  const heal = (key: string): Promise<void> =>
    turns.take(key, async () => {
      const attachment = host.state().attachments.get(key);
      if (attachment?.status !== 'reserved') return;
      const healed = await deleteAttachment(ports, host, attachment, 'interrupted', {
        actor: 'agent',
        commandId: ports.ids.derive(attachment.commandId, 'interrupted'),
        correlationId: attachment.requestId,
      });
      if (E.isRight(healed)) {
        ports.log.info('an ADD that was never answered was undone', knownFields(ports.ids, attachment));
        ports.metrics?.record('repairs', 1, { what: 'add-undone' });
      } else {
        const fields = { ...knownFields(ports.ids, attachment), failure: healed.left };
        ports.log.error('an ADD that was never answered could not be undone', fields);
      }
    });
  const busy = new Set(turns.busy());
  const left = [...host.state().attachments].filter(
    ([key, { status }]) => status === 'reserved' && !busy.has(key),
  );
  await Promise.all(left.map(([key]) => heal(key)));
};
