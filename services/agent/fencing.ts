import { either as E } from 'fp-ts';
import type { Host, MembershipPorts } from './ports.ts';

/**
 * Records why nothing more is given here, behind all that is known of the cluster's stream. Resolves with whether it is recorded; that it could
 * not be is said once.
 */
export const fencing = (
  { ownLog, host, ids, log }: Pick<MembershipPorts, 'ownLog' | 'ids' | 'log'> & { readonly host: Host },
  stream: string,
): ((reason: string) => Promise<boolean>) => {
  let saidUnfenced = false;
  return async (reason) => {
    const head = await ownLog.head(stream)();
    const known = E.isRight(head) ? (head.right?.revision ?? -1) : -1;
    const clusterRevision = Math.max(known, host.state().clusterRevision);
    const commandId = ids.random();
    const fenced = await host.transact(
      { type: 'observe-fence', reason, clusterRevision },
      { actor: 'agent', commandId, correlationId: commandId },
    )();
    if (E.isRight(fenced)) return true;
    if (!saidUnfenced) {
      const remedy = 'is there space on the disk? nothing is given here meanwhile, and it is tried again';
      log.error('the fence could not be recorded', { remedy, failure: fenced.left });
    }
    saidUnfenced = true;
    return false;
  };
};
