import { either as E } from 'fp-ts';
import { type Refusal, toCniError } from '../../domain/cni/refusal.ts';
import type { GcRequest } from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { eventId } from '../seal-events.ts';
import { deleteAttachment } from './delete.ts';
import { attachmentFields } from './log-fields.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';

/**
 * GC: deletes every attachment of this network that the runtime no longer lists. An ADD that is under way is left alone. Goes on
 * after a failure and says at the end which could not be deleted, and why (CNI spec 1.1.0, GC).
 */
export const collectGarbage = async (
  ports: AgentPorts,
  host: Host,
  turns: Turns,
  { network, validAttachments, requestId }: GcRequest,
): Promise<E.Either<Refusal, undefined>> => {
  const valid = new Set(validAttachments.map((attachment) => attachmentKey({ network, ...attachment })));
  const busy = new Set(turns.busy());
  const forgotten = [...host.state().attachments].filter(
    ([key, attachment]) => attachment.network === network && !valid.has(key) && !busy.has(key),
  );
  // All at once: their links are then deleted together.
  const collected = await Promise.all(
    forgotten.map(async ([key, attachment]) => {
      const commandId = ports.ids.derive(requestId, `gc/${key}`);
      const outcome = await turns.takeOver(key, () =>
        deleteAttachment(ports, host, attachment, 'collected', {
          actor: 'runtime',
          commandId,
          correlationId: requestId,
        }),
      );
      const fields = { ...attachmentFields(attachment), requestId };
      if (E.isRight(outcome)) {
        const event = eventId(ports.ids, commandId, 0);
        ports.log.info('deleted, for the runtime forgot it', { ...fields, event });
        return [];
      }
      ports.log.error('what the runtime forgot could not be deleted', { ...fields, failure: outcome.left });
      return [{ attachment: key, reason: toCniError(outcome.left).msg }];
    }),
  );
  const left = collected.flat();
  return left.length === 0
    ? E.right(undefined)
    : E.left({ type: 'not-collected', left, of: forgotten.length });
};
