import { either as E } from 'fp-ts';
import type { Files, FilesFailure } from '../../domain/port/files.ts';
import type { Log } from '../../domain/port/log.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { Certificate, Wire } from './wire.ts';

export type CertificateFailure =
  | FilesFailure
  | { readonly type: 'certificate-missing'; readonly path: string };

type Paths = { readonly certFile: string; readonly keyFile: string };

export const readCertificate = async (
  { read }: Pick<Files, 'read'>,
  { certFile, keyFile }: Paths,
): Promise<E.Either<CertificateFailure, Certificate>> => {
  const [cert, key] = await Promise.all([read(certFile)(), read(keyFile)()]);
  if (E.isLeft(cert)) return cert;
  if (E.isLeft(key)) return key;
  if (cert.right === undefined) return E.left({ type: 'certificate-missing', path: certFile });
  if (key.right === undefined) return E.left({ type: 'certificate-missing', path: keyFile });
  return E.right({ cert: cert.right, key: key.right });
};

const wordsOf = (failure: CertificateFailure): string => {
  switch (failure.type) {
    case 'certificate-missing':
      return `${failure.path} is not there`;
    case 'file-failed':
      return `${failure.path}: ${failure.reason}`;
  }
};

const lookMs = 1000;

export type CertificateWatch = {
  readonly served: () => Certificate;
  /** Why the files are not served as they are now; `undefined` when they are. */
  readonly fault: () => string | undefined;
  readonly close: () => void;
};

/**
 * Serves the files anew when they change, looked at each second. What cannot be served leaves what was; certificate and key may so be
 * replaced one after the other.
 */
export const watchCertificate = (
  { files, timer, log }: { readonly files: Pick<Files, 'read'>; readonly timer: Timer; readonly log: Log },
  paths: Paths,
  first: Certificate,
  wire: Pick<Wire, 'renewCertificate'>,
): CertificateWatch => {
  let served = first;
  let tried = first;
  let fault: string | undefined;
  const failed = (words: string): void => {
    if (fault !== words)
      log.error('the certificate cannot be renewed; the one before is served', {
        ...paths,
        reason: words,
        remedy: 'put a certificate and its key there',
      });
    fault = words;
  };
  const look = async (): Promise<void> => {
    const read = await readCertificate(files, paths);
    if (E.isLeft(read)) return failed(wordsOf(read.left));
    const { cert, key } = read.right;
    if (cert === tried.cert && key === tried.key && fault === undefined) return;
    tried = read.right;
    const renewed =
      cert === served.cert && key === served.key ? E.right(undefined) : wire.renewCertificate(tried);
    if (E.isLeft(renewed)) return failed(renewed.left.reason);
    if (tried !== served && tried.cert !== served.cert) log.info('serving a new certificate', paths);
    served = tried;
    fault = undefined;
  };
  return { served: () => served, fault: () => fault, close: timer.every(lookMs, look) };
};
