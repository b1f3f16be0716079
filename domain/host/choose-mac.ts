import { either as E } from 'fp-ts';
import type { IpAddress } from '../ip/address.ts';
import { isDerivedMac, podMac } from '../kernel/mac.ts';
import { attachmentKey } from './attachment.ts';
import type { HostFailure } from './failure.ts';
import type { HostState } from './state.ts';

/**
 * The MAC that was asked for, or else the one that follows from the pod's first address. No two pods on the bridge may have one MAC,
 * now or later: so neither may one that is asked for be another pod's, nor one that would follow from another address.
 */
export const chooseMac = (
  state: HostState,
  address: IpAddress,
  requested: string | undefined,
): E.Either<HostFailure, string> => {
  const own = podMac(address);
  if (requested === undefined || requested === own) return E.right(own);
  if (isDerivedMac(requested)) return E.left({ type: 'requested-mac-reserved', mac: requested });
  for (const attachment of state.attachments.values()) {
    if (attachment.mac === requested)
      return E.left({ type: 'requested-mac-held', mac: requested, holder: attachmentKey(attachment) });
  }
  return E.right(requested);
};
