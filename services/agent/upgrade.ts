import { toCniError } from '../../domain/cni/refusal.ts';
import type { Member } from './agent.ts';

/** Why this program has to be upgraded; `undefined` while it reads all that the cluster decides. */
export const upgradeOf = ({
  behind,
}: Pick<Member, 'behind'>): { readonly msg: string; readonly remedy: string } | undefined => {
  const unread = behind();
  if (unread === undefined) return undefined;
  return {
    msg: `this node learns nothing of the cluster any more: ${toCniError(unread).msg}`,
    remedy:
      'upgrade evio-agent; until then it serves the lease that it has, one with a TTL until that is over',
  };
};
