import { either as E } from 'fp-ts';
import type { IpAddress } from '../ip/address.ts';
import { isDerivedMac, podMac } from '../kernel/mac.ts';
import { attachmentKey } from './attachment.ts';
import type { HostFailure } from './failure.ts';
import type { HostState } from './state.ts';

/** Why no pod may have this MAC now, though it does not follow from its own address; `undefined` where one may. */
export const macRefusal = (state: Pick<HostState, 'attachments'>, mac: string): HostFailure | undefined => {
  if (isDerivedMac(mac)) return { type: 'requested-mac-reserved', mac };
  for (const attachment of state.attachments.values())
    if (attachment.mac === mac) return { type: 'requested-mac-held', mac, holder: attachmentKey(attachment) };
  return undefined;
};

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
  const refusal = macRefusal(state, requested);
  return refusal === undefined ? E.right(requested) : E.left(refusal);
};
