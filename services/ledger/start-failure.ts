import { either as E } from 'fp-ts';
import { type ChangeFailure, describeChangeFailure } from '../change-credentials.ts';
import { failureWords } from '../keep-following.ts';
import { isStreamFailure, type StreamFailure } from '../stream-failure.ts';
import { describeCertificateFailure } from './certificate-files.ts';
import type { SecurityFailure } from './security.ts';
import type { ServeFailure } from './serve.ts';

/** Why a log cannot be opened, as the store has it. */
export type LogUnopened =
  | {
      readonly type: 'log-in-use';
      readonly path: string;
      readonly holder: { readonly pid: number } | undefined;
    }
  | {
      readonly type: 'log-unreadable';
      readonly path: string;
      readonly reason: string;
      readonly remedy: string;
    }
  | { readonly type: 'folder-missing'; readonly path: string; readonly folder: string }
  | { readonly type: 'log-unavailable'; readonly path: string; readonly reason: string };

type NoLedger = { readonly type: 'no-ledger' };
export const noLedger = E.left<NoLedger>({ type: 'no-ledger' });

/** Everything that keeps the program from starting. */
export type StartFailure =
  | SecurityFailure
  | NoLedger
  | ChangeFailure
  | LogUnopened
  | Exclude<ServeFailure, StreamFailure>;

export type Words = { readonly msg: string; readonly remedy: string };

const startWords = (failure: StartFailure): Words => {
  switch (failure.type) {
    case 'no-ledger':
      return { msg: 'no ledger is named', remedy: 'give --ledger esdb://USER:PASSWORD@HOST:PORT' };
    case 'security-refused':
      return failure;
    case 'listen-failed':
      return {
        msg: `cannot listen on ${failure.address}: ${failure.reason}`,
        remedy: 'name an address that is free and of this machine with --listen',
      };
    case 'certificate-unfit':
      return {
        msg: describeCertificateFailure(failure),
        remedy: 'name a certificate and its own key, both PEM, which the user of this process may read',
      };
    case 'certificate-refused':
      return {
        msg: `the certificate cannot be served: ${failure.reason}`,
        remedy: '--tls-cert and --tls-key name a certificate and the key that belongs to it, both PEM',
      };
    case 'log-in-use': {
      const holder = failure.holder === undefined ? 'another process' : `process ${failure.holder.pid}`;
      return {
        msg: `the log ${failure.path} is in use by ${holder}`,
        remedy: 'one program per log: stop the other, or name another --log',
      };
    }
    case 'log-unreadable':
      return { msg: `the log ${failure.path} cannot be used: ${failure.reason}`, remedy: failure.remedy };
    case 'folder-missing':
      return {
        msg: `the folder ${failure.folder} of the log is missing`,
        remedy: 'make it, or name another --log',
      };
    case 'log-unavailable':
      return {
        msg: `the log ${failure.path} cannot be opened: ${failure.reason}`,
        remedy: 'is the disk there and writable?',
      };
    case 'name-taken':
    case 'no-credential':
    case 'credentials-unreadable':
    case 'occupied':
    case 'file-failed':
      return describeChangeFailure(failure);
  }
};

/** What keeps the program from starting, in words. */
export const describeStartFailure = (failure: StartFailure | StreamFailure): Words =>
  isStreamFailure(failure) ? failureWords(failure) : startWords(failure);
