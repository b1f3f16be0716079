import { either as E } from 'fp-ts';
import { type ChangeFailure, describeChangeFailure } from '../change-credentials.ts';
import { failureWords } from '../keep-following.ts';
import { type LogUnopened, logUnopenedWords } from '../log-unopened.ts';
import { type FolderUnmade, folderUnmadeWords } from '../option-folder.ts';
import { isStreamFailure, type StreamFailure } from '../stream-failure.ts';
import { describeCertificateFailure } from './certificate-files.ts';
import type { SecurityFailure } from './security.ts';
import type { ServeFailure } from './serve.ts';
import type { Words } from './words.ts';

type HttpListenFailed = {
  readonly type: 'http-listen-failed';
  readonly address: string;
  readonly reason: string;
};

type NoLedger = { readonly type: 'no-ledger' };
export const noLedger = E.left<NoLedger>({ type: 'no-ledger' });

/** Everything that keeps the program from starting. */
export type StartFailure =
  | SecurityFailure
  | NoLedger
  | FolderUnmade
  | HttpListenFailed
  | ChangeFailure
  | LogUnopened
  | Exclude<ServeFailure, StreamFailure>;

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
    case 'http-listen-failed':
      return {
        msg: `cannot serve metrics and probes on ${failure.address}: ${failure.reason}`,
        remedy: 'name an address that is free and of this machine with --http-listen, or leave it out',
      };
    case 'folder-unmade':
      return folderUnmadeWords(failure);
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
    case 'log-in-use':
    case 'log-unreadable':
    case 'folder-missing':
    case 'log-unavailable':
      return logUnopenedWords(failure, { program: 'program', option: '--log' });
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
