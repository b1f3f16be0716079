import { type Violation, violation } from '../cluster/violation.ts';
import { attachmentKey } from './attachment.ts';
import type { ImportConflict } from './failure.ts';

const restart = 'start the pod anew once the node has moved';

/** Each conflict in words: which address or attachment, what is wrong with it, what to do. */
export const describeImportConflict = ({ attachment, address, conflict }: ImportConflict): Violation => {
  const key = attachmentKey(attachment);
  const said = (complaint: string, remedy: string): Violation =>
    address === undefined
      ? violation('attachment', key, complaint, remedy)
      : violation('address', address, `of ${key} ${complaint}`, remedy);
  switch (conflict.type) {
    case 'attachment-known':
      return said(
        `is in the log already, with ${conflict.addresses.join(', ')}`,
        'leave it out of the source',
      );
    case 'outside-lease':
      return said(`is outside of this node's ${conflict.subnets.join(', ')}`, restart);
    case 'outside-cluster':
      return said(
        `is outside of the cluster's ${conflict.podCidrs.join(', ')}`,
        'configure the cluster with the podCidr that it was given from, or start the pod anew once the node has moved',
      );
    case 'never-given':
      return said(`is the ${conflict.role} address of its subnet`, restart);
    case 'address-held':
      return said(`is held by ${conflict.holder}`, `delete one of the two pods; ${restart}`);
    case 'twice-in-source':
      return said(`is in the source twice, for ${conflict.other} too`, 'delete one of the two pods first');
    case 'not-one-per-family':
      return said('does not have one address, or one of each family', restart);
  }
};
