import type { QueueFailure } from '../port/del-queue.ts';
import { type CniError, codes } from './error.ts';

type Words = { readonly code: number; readonly what: string; readonly details: string };

const wordsFor = (failure: QueueFailure | { readonly type: 'name-too-long' }, folder: string): Words => {
  const { tryAgainLater, io } = codes;
  switch (failure.type) {
    case 'queue-missing':
      return {
        code: tryAgainLater,
        what: `its queue "${folder}" is not there`,
        details:
          'start evio-agent on this node, which makes the folder; is "queue" the folder in its --state-dir?',
      };
    case 'queue-draining':
      return {
        code: tryAgainLater,
        what: `its queue "${folder}" is being drained`,
        details: 'evio-agent is about to serve: call DEL again',
      };
    case 'queue-full':
      return {
        code: tryAgainLater,
        what: `its queue "${folder}" holds ${failure.most} files already`,
        details: 'start evio-agent on this node: it does what is queued; then call DEL again',
      };
    case 'queue-failed':
      return {
        code: io,
        what: `its queue "${folder}" cannot be written: ${failure.reason}`,
        details:
          'is the disk full or read-only? start evio-agent on this node, or make room; then call DEL again',
      };
    case 'name-too-long':
      return {
        code: tryAgainLater,
        what: 'network, CNI_CONTAINERID and CNI_IFNAME are too long for the name of a file in its queue',
        details: 'start evio-agent on this node, then call DEL again',
      };
  }
};

/** A DEL that could be neither done nor queued: nothing was changed, and nothing is forgotten that was promised. */
export const delNotQueued = (
  unanswered: { readonly socket: string; readonly reason: string },
  folder: string,
  failure: QueueFailure | { readonly type: 'name-too-long' },
): CniError => {
  const { code, what, details } = wordsFor(failure, folder);
  const { socket, reason } = unanswered;
  return { code, msg: `evio-agent does not answer on "${socket}": ${reason}; and ${what}`, details };
};
