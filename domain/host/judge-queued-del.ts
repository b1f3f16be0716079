import type { QueuedDel } from '../cni/queued-del.ts';
import type { NetnsId } from '../port/kernel.ts';
import type { Attachment } from './state.ts';

/**
 * `apply`: it means what is there now, or nothing is. `other-boot`: what it meant ended with the machine. `unless-alive`: it saw
 * another pod; a live one is a successor and not meant.
 */
export type Judgement = 'apply' | 'other-boot' | 'unless-alive';

const same = (a: NetnsId, b: NetnsId): boolean => a.device === b.device && a.inode === b.inode;

/**
 * Whether a queued DEL means the attachment that holds its name now. A container may come back under its own id (podman restart
 * does that) in a new network namespace: that one is meant only if the DEL saw this very namespace under this path. A pod
 * whose own namespace has ended is nobody's successor any more. Where the runtime named no namespace the order decides: an
 * ADD follows what is queued for its attachment before it reserves anything, so what is found later was queued later.
 */
export const judgeQueuedDel = (
  del: Pick<QueuedDel, 'bootId' | 'netns'>,
  attachment: Pick<Attachment, 'netns'> | undefined,
  bootId: string,
): Judgement => {
  if (del.bootId !== bootId) return 'other-boot';
  if (attachment === undefined || del.netns === undefined) return 'apply';
  const { path, seen } = del.netns;
  const meant = path === attachment.netns.path && seen !== undefined && same(seen, attachment.netns);
  return meant ? 'apply' : 'unless-alive';
};
