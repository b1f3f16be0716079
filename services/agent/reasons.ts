import { either as E } from 'fp-ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import { diskRemedy, diskWords } from '../../domain/disk/outlook.ts';
import { chooseAddresses } from '../../domain/host/choose-address.ts';
import type { HostFailure } from '../../domain/host/failure.ts';
import type { Member } from './agent.ts';

const words = (failure: HostFailure): ReadonlyArray<string> => [toCniError(failure).msg];

/**
 * Why no ADD can be served now, in words; none when it can. What the log says at this moment goes before what the last reconciliation
 * found: a lease that was given back a moment ago has not been reconciled yet.
 */
export const reasonsNow = ({
  host,
  readiness,
}: Pick<Member, 'host' | 'readiness'>): ReadonlyArray<string> => {
  const { lease, fence, leaveRequested } = host.state();
  if (lease === undefined) return words({ type: 'no-lease' });
  if (fence !== undefined) return words({ type: 'lease-fenced', reason: fence });
  if (leaveRequested) return words({ type: 'leaving' });
  if (readiness.reasons.length > 0) return readiness.reasons;
  const { disk } = readiness;
  if (disk?.level === 'full') return [`disk budget: ${diskWords(disk)}; ${diskRemedy}`];
  const chosen = chooseAddresses(host.state(), lease, []);
  return E.isLeft(chosen) ? words(chosen.left) : [];
};
