import { either as E } from 'fp-ts';
import { type CniError, invalidField } from './error.ts';
import { isObject } from './judge.ts';
import type { NetworkConfig } from './network-config.ts';

export type ValidAttachment = { readonly containerId: string; readonly ifname: string };

/**
 * The attachments that are still in use. Absent is not empty (cnitool sends none at all): code 7, and nothing is removed.
 */
export const validAttachments = (
  config: NetworkConfig,
): E.Either<CniError, ReadonlyArray<ValidAttachment>> => {
  const key = 'cni.dev/valid-attachments';
  const listed = config.validAttachments;
  const expected =
    'a list of {"containerID", "ifname"}, empty when nothing is in use any more; nothing was removed, because nobody said what is still in use';
  if (!Array.isArray(listed)) return E.left(invalidField(key, listed, expected));
  const attachments: ValidAttachment[] = [];
  for (const entry of listed) {
    const { containerID, ifname } = isObject(entry) ? entry : {};
    if (typeof containerID !== 'string' || typeof ifname !== 'string')
      return E.left(invalidField(key, entry, expected));
    attachments.push({ containerId: containerID, ifname });
  }
  return E.right(attachments);
};
