import type { FilesFailure } from '../../domain/port/files.ts';
import type { LedgerUnfit } from '../ledger-of.ts';
import { type LogUnopened, logUnopenedWords } from '../log-unopened.ts';
import { type FolderUnmade, folderUnmadeWords } from '../option-folder.ts';
import type { MembershipFailure } from './membership.ts';

/** Everything that keeps an agent from starting: what the world answered, then what the log says. */
export type StartFailure =
  | MembershipFailure
  | FilesFailure
  | FolderUnmade
  | { readonly type: 'boot-id-unreadable'; readonly reason: string }
  | { readonly type: 'socket-in-use'; readonly path: string }
  | { readonly type: 'socket-failed'; readonly path: string; readonly reason: string }
  | LogUnopened
  | LedgerUnfit
  | { readonly type: 'key-refused'; readonly path: string; readonly reason: string };

type Words = { readonly msg: string; readonly remedy: string };

/** The one place where such a failure becomes words. */
export const describeStartFailure = (failure: StartFailure): Words => {
  switch (failure.type) {
    case 'file-failed':
      return {
        msg: `${failure.path}: ${failure.reason}`,
        remedy: 'run as root; is there space on the disk?',
      };
    case 'folder-unmade':
      return folderUnmadeWords(failure);
    case 'boot-id-unreadable':
      return { msg: `the boot id cannot be read: ${failure.reason}`, remedy: 'mount /proc' };
    case 'socket-in-use':
      return {
        msg: `another agent answers on ${failure.path}`,
        remedy: 'one agent per machine: stop the other',
      };
    case 'socket-failed':
      return {
        msg: `cannot listen on ${failure.path}: ${failure.reason}`,
        remedy: 'name another place with --socket',
      };
    case 'log-in-use':
    case 'log-unreadable':
    case 'folder-missing':
    case 'log-unavailable':
      return logUnopenedWords(failure, { program: 'agent', option: '--state-dir' });
    case 'ledger-unfit':
      return { msg: failure.violation.reason, remedy: failure.violation.remedy };
    case 'key-refused':
      return {
        msg: `the node key ${failure.path} cannot be used: ${failure.reason}`,
        remedy: 'restore it; it was left alone',
      };
    case 'foreign-log-id':
      return {
        msg: `the log's id ${failure.logId} is not a UUID`,
        remedy: 'it was not made by evio-agent; name another --state-dir',
      };
    case 'unavailable':
      return { msg: `the log cannot be read: ${failure.reason}`, remedy: 'is the disk there and writable?' };
    case 'denied':
    case 'restored':
    case 'rejected':
    case 'too-large':
      return {
        msg: `the log refuses: ${failure.reason}`,
        remedy: 'evioctl credential says who may do what; evioctl verify what stands there',
      };
    case 'archived':
      return {
        msg: `the events of positions ${failure.from} to ${failure.to} (${failure.stream}) are archived`,
        remedy: 'the log was changed by another program: restore a copy of it',
      };
    case 'conflict':
      return {
        msg: `another writer appended to ${failure.stream}`,
        remedy: 'only one agent may write a host stream',
      };
    case 'duplicate-event-id':
      return { msg: `the event id ${failure.id} stands in the log already`, remedy: 'start again' };
    case 'unknown-event':
      return {
        msg: `the log holds ${failure.event} version ${failure.version}, which this program does not know`,
        remedy: 'upgrade evio-agent; the log was left as it is',
      };
    case 'unreadable-envelope':
    case 'unreadable-payload':
      return {
        msg: `the event ${failure.id} in the log cannot be read: ${failure.reason}`,
        remedy: 'restore a copy of the log, or run the version that wrote it; it was left as it is',
      };
  }
};
