import { either as E } from 'fp-ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import type { TakenOverFrom } from '../../domain/host/choice.ts';
import type { ImportedPod } from '../../domain/host/command.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { HostFailure } from '../../domain/host/failure.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { AgentPorts, Host } from './ports.ts';

/**
 * Writes live pods into the log, each by a command of its own: what is derived from a pod's command id, as the id of its `PodAdded`
 * and of its release, is then no other pod's. They are asked for at once, so the store commits them together. Gives the first
 * failure; the same again takes over what is left.
 */
export const takeOver = async (
  { ids }: Pick<AgentPorts, 'ids'>,
  host: Host,
  actor: string,
  from: TakenOverFrom,
  pods: ReadonlyArray<ImportedPod>,
): Promise<E.Either<HostFailure | StreamFailure, ReadonlyArray<ReadonlyArray<HostEvent>>>> => {
  const requestId = ids.random();
  const taken = pods.map((pod) => {
    const commandId = ids.derive(requestId, `take-over/${attachmentKey(pod)}`);
    return host.transact(
      { type: 'import-pods', from, pods: [pod], requestId, commandId },
      { actor, commandId, correlationId: requestId },
    )();
  });
  return E.sequenceArray(await Promise.all(taken));
};
