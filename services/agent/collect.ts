import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { GcRequest } from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { deleteAttachment } from './delete.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Turns } from './turns.ts';

/**
 * GC: deletes every attachment of this network that the runtime no longer lists. An ADD that is under way is left alone. Goes on
 * after a failure and returns the first at the end (CNI spec 1.1.0, GC).
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
    forgotten.map(([key, attachment]) =>
      turns.takeOver(key, () =>
        deleteAttachment(ports, host, attachment, 'collected', {
          actor: 'runtime',
          commandId: ports.ids.derive(requestId, `gc/${key}`),
          correlationId: requestId,
        }),
      ),
    ),
  );
  return collected.find(E.isLeft) ?? E.right(undefined);
};
