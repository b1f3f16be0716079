import { either as E } from 'fp-ts';
import { type AttachmentId, attachmentKey } from './attachment.ts';
import type { HostFailure } from './failure.ts';
import { addressesOf, type HostState, type Lease, minReaderOf } from './state.ts';

/** The first generation of programs that reads what a delegate chose. */
const delegateReader = 4;

/** Why what a delegate chooses cannot be recorded under this lease, whatever it chooses; `undefined` where it can. */
export const delegationRefusal = (lease: Lease): HostFailure | undefined => {
  const minReader = minReaderOf(lease);
  return minReader < delegateReader
    ? { type: 'readers-too-old', minReader, needed: delegateReader }
    : undefined;
};

export type Applicant = AttachmentId & {
  readonly requestId: string;
  /** Whether another IPAM plugin chooses its addresses. */
  readonly isDelegated: boolean;
};

/**
 * Whether an ADD may be decided at all, before anybody chooses an address for it: the lease that it is decided under, or `answered`
 * when the same run of the plugin asks again after its answer was lost.
 */
export const admitPod = (
  state: Readonly<HostState>,
  { network, containerId, ifname, requestId, isDelegated }: Applicant,
): E.Either<HostFailure, Lease | 'answered'> => {
  const attachment = { network, containerId, ifname };
  const existing = state.attachments.get(attachmentKey(attachment));
  if (existing?.status === 'reserved') return E.left({ type: 'attachment-reserved', attachment });
  if (existing !== undefined) {
    if (existing.requestId === requestId) return E.right('answered');
    return E.left({ type: 'already-attached', attachment, addresses: addressesOf(existing) });
  }
  const { lease, fence } = state;
  if (lease === undefined) return E.left({ type: 'no-lease' });
  if (fence !== undefined) return E.left({ type: 'lease-fenced', reason: fence });
  if (state.leaveRequested) return E.left({ type: 'leaving' });
  const refusal = isDelegated ? delegationRefusal(lease) : undefined;
  return refusal === undefined ? E.right(lease) : E.left(refusal);
};
