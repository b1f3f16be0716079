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
  let first: E.Either<Refusal, undefined> = E.right(undefined);
  for (const [key, attachment] of [...host.state().attachments]) {
    if (attachment.network !== network || valid.has(key) || busy.has(key)) continue;
    const collected = await turns.takeOver(key, () =>
      deleteAttachment(ports, host, attachment, 'collected', requestId),
    );
    if (E.isLeft(collected) && E.isRight(first)) first = collected;
  }
  return first;
};
