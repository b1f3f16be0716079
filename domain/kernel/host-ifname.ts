import { type AttachmentId, attachmentKey } from '../host/attachment.ts';
import type { Sha256 } from '../port/digest.ts';

/**
 * The name of the veth's host end: it follows from the attachment, so what an interrupted ADD left behind is found again even
 * without the log. 15 characters, the kernel's limit.
 */
export const hostIfname = (sha256: Sha256, attachment: AttachmentId): string =>
  `evio${sha256(attachmentKey(attachment)).slice(0, 11)}`;
