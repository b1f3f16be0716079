import { toCniError } from '../../domain/cni/refusal.ts';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import { unreachableLedger } from '../ledger/unreachable-ledger.ts';
import type { ReplicateFailure } from './replicate.ts';
import type { ShipFailure } from './ship.ts';

/** Why a node does not go on with its ledger. */
export type LedgerFailure = ShipFailure | ReplicateFailure;

type Words = { readonly msg: string; readonly remedy: string };

const logWords = ({ logId, epoch }: LogIdentity): string => `${logId}, epoch ${epoch}`;

const newLife = 'set this log aside and start again: the node then begins another incarnation';

/** The one place where such a failure becomes words; `ledger` is its name. */
export const describeLedgerFailure = (failure: LedgerFailure, ledger: string): Words => {
  switch (failure.type) {
    case 'forked':
      return {
        msg: `the ledger ${ledger} has another event at revision ${failure.revision} of ${failure.stream} than this log: an older copy of this log was put back and written on, or two machines have written this node's life`,
        remedy: `find the machine that runs a copy of this disk; where there is none put back the newest copy of this log, all of it; on the one that is to go on as a new node ${newLife}`,
      };
    case 'own-log-older':
      return {
        msg: `this log is older than its copy in the ledger ${ledger}: ${failure.stream} ends at revision ${failure.own} here, and at ${failure.copy} there`,
        remedy: `put back the newest copy of this log, all of it; without one ${newLife}`,
      };
    case 'other-ledger':
      return {
        msg: `the ledger ${ledger} is another log (${logWords(failure.found)}) than the one that this node follows (${logWords(failure.known)})`,
        remedy:
          'name the right one with --ledger; to move to this one leave the cluster (evioctl leave), set the state folder aside and start anew',
      };
    case 'other-epoch':
      return {
        msg: `the ledger ${ledger} is in epoch ${failure.found.epoch}, and this node follows epoch ${failure.known.epoch}: what answers is a copy from before the ledger was restored`,
        remedy:
          'end the server that has the copy, and start the one that was restored; the node keeps its lease and pods',
      };
    case 'replica-diverged':
      return {
        msg: `the ledger ${ledger} has another history of ${failure.stream} than this node's replica, at revision ${failure.revision}`,
        remedy: 'compare both with evioctl verify --against; the node keeps its lease, and follows neither',
      };
    case 'ledger-mark-unreadable':
      return {
        msg: `${failure.path} does not say which ledger this node follows`,
        remedy:
          'restore it, or remove it when the ledger that --ledger names is the right one; then start again',
      };
    case 'file-failed':
      return { msg: `${failure.path}: ${failure.reason}`, remedy: 'is there space on the disk?' };
    case 'own-log-failed':
      return {
        msg: `this node's own log cannot be written or read: ${failure.reason}`,
        remedy: 'make room on the disk of the state folder (evioctl status); it is tried again by itself',
      };
    case 'unavailable': {
      const { msg, remedy } = unreachableLedger(failure.reason);
      return { msg: `${ledger}: ${msg}`, remedy };
    }
    case 'unknown-event':
      return {
        msg: `the ledger ${ledger} holds ${failure.event} version ${failure.version}, which this program does not know`,
        remedy: 'upgrade evio-agent; the lease that this node has is served meanwhile',
      };
    case 'denied':
      return {
        msg: `the ledger ${ledger} refuses this node: ${failure.reason}`,
        remedy:
          'give it a credential of its own name: evioctl credential issue NAME --role node --cluster CLUSTER --node NODE',
      };
    case 'conflict':
      return {
        msg: `the ledger ${ledger} takes nothing behind its own end of ${failure.stream}`,
        remedy: 'look at that stream there with evioctl --ledger',
      };
    default: {
      const { msg, details: remedy } = toCniError(failure);
      return { msg: `the ledger ${ledger}: ${msg}`, remedy };
    }
  }
};
