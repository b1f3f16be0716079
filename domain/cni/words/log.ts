import type { UnreadableEvent } from '../../event.ts';
import type { AppendFailure, ReadFailure } from '../../port/event-store.ts';
import { codes } from '../error.ts';
import type { WordsFor } from './words.ts';

/** What the log refuses. */
export const logWords: WordsFor<AppendFailure | ReadFailure | UnreadableEvent> = {
  conflict: (refusal) => ({
    code: codes.io,
    msg: `another writer appended to ${refusal.stream}: expected revision ${refusal.expected}, found ${refusal.actual}`,
    details: 'only one agent may write a host stream; evioctl status names it',
  }),
  'duplicate-event-id': (refusal) => ({
    code: codes.io,
    msg: `the event id ${refusal.id} stands in the log already`,
    details: 'ask again with a new request id',
  }),
  'too-large': (refusal) => ({
    code: codes.io,
    msg: `the log takes no append of this size to ${refusal.stream}: ${refusal.reason}`,
    details: "raise the limit of the cluster log's server",
  }),
  rejected: (refusal) => ({
    code: codes.io,
    msg: `the log does not take this append to ${refusal.stream}: ${refusal.reason}`,
    details: 'evioctl verify says what stands there',
  }),
  denied: (refusal) => ({
    code: codes.io,
    msg: `the log refuses access: ${refusal.reason}`,
    details:
      refusal.credential === 'refused'
        ? 'the user or the password is wrong, or the credential was revoked: evioctl credential list shows those that stand'
        : 'give a credential that may do this: evioctl credential issues one',
  }),
  restored: (refusal) => ({
    code: codes.io,
    msg: `the log is not the one that was followed: ${refusal.reason}`,
    details: 'start again: what was known of it is compared with what it is',
  }),
  unavailable: (refusal) => ({
    code: codes.tryAgainLater,
    msg: `the log cannot be written: ${refusal.reason}`,
    details:
      refusal.flush === 'refused'
        ? 'look at the disk (is it full?), then start it again: what was acknowledged is on disk, and what waits is done then'
        : 'nothing was changed; is the disk full?',
  }),
  archived: (refusal) => ({
    code: codes.io,
    msg: `the events of positions ${refusal.from} to ${refusal.to} (${refusal.stream}) are archived and not in the log any more`,
    details: `give the archive whose SHA-256 is ${refusal.archive}, or begin behind it`,
  }),
  'unreadable-envelope': (refusal) => ({
    code: codes.io,
    msg: `the event ${refusal.id} in the log cannot be read: ${refusal.reason}`,
    details: 'the log was left as it is; restore a copy, or run the version that wrote it',
  }),
  'unreadable-payload': (refusal) => ({
    code: codes.io,
    msg: `the event ${refusal.id} in the log cannot be read: ${refusal.reason}`,
    details: 'the log was left as it is; restore a copy, or run the version that wrote it',
  }),
  'unknown-event': (refusal) => ({
    code: codes.io,
    msg: `the log holds ${refusal.event} version ${refusal.version}, which this program does not know`,
    details: 'upgrade evio-agent',
  }),
};
