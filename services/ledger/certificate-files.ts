import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Files } from '../../domain/port/files.ts';
import type { Log } from '../../domain/port/log.ts';
import type { Timer } from '../../domain/port/timer.ts';
import { type CertificateTerm, certificateTerm } from './certificate-term.ts';
import type { Certificate, Wire } from './wire.ts';

/** One of the two files does not hold what its flag says. */
export type CertificateFailure = {
  readonly type: 'certificate-unfit';
  readonly flag: '--tls-cert' | '--tls-key';
  readonly path: string;
  readonly reason: string;
};

export type CertificatePorts = {
  readonly files: Pick<Files, 'read'>;
  /** What keeps it from being served. */
  readonly certificateFlaw: (
    certificate: Certificate,
  ) => { readonly of: 'cert' | 'key'; readonly reason: string } | undefined;
  /** RFC 3339 UTC. */
  readonly certificateEnd: (pem: string) => string | undefined;
};

type Paths = { readonly certFile: string; readonly keyFile: string };

export const readCertificate = async (
  { files, certificateFlaw }: Omit<CertificatePorts, 'certificateEnd'>,
  { certFile, keyFile }: Paths,
): Promise<E.Either<CertificateFailure, Certificate>> => {
  const unfit = (of: 'cert' | 'key', reason: string): E.Either<CertificateFailure, never> =>
    E.left({
      type: 'certificate-unfit',
      ...(of === 'cert' ? { flag: '--tls-cert', path: certFile } : { flag: '--tls-key', path: keyFile }),
      reason,
    });
  const [cert, key] = await Promise.all([files.read(certFile)(), files.read(keyFile)()]);
  if (E.isLeft(cert)) return unfit('cert', cert.left.reason);
  if (E.isLeft(key)) return unfit('key', key.left.reason);
  if (cert.right === undefined) return unfit('cert', 'it is not there');
  if (key.right === undefined) return unfit('key', 'it is not there');
  const certificate = { cert: cert.right, key: key.right };
  const flaw = certificateFlaw(certificate);
  return flaw === undefined ? E.right(certificate) : unfit(flaw.of, flaw.reason);
};

export const describeCertificateFailure = ({ flag, path, reason }: CertificateFailure): string =>
  `${flag} ${path}: ${reason}`;

const lookMs = 1000;

export type CertificateWatch = {
  readonly served: () => Certificate;
  /** Why the files are not served as they are now; `undefined` when they are. */
  readonly fault: () => string | undefined;
  /** When what is served ended, RFC 3339; `undefined` while it is good. */
  readonly expired: () => string | undefined;
  readonly close: () => void;
};

/**
 * Serves the files anew when they change, looked at each second. What cannot be served leaves what was; certificate and key may so be
 * replaced one after the other. Clients refuse an expired one, so its end is told of before.
 */
export const watchCertificate = (
  ports: CertificatePorts & { readonly timer: Timer; readonly clock: Clock; readonly log: Log },
  { certFile, keyFile }: Paths,
  first: Certificate,
  wire: Pick<Wire, 'renewCertificate'>,
): CertificateWatch => {
  const { timer, clock, log, certificateEnd } = ports;
  // All that is logged: who gives the paths may have the key beside them.
  const paths = { certFile, keyFile };
  let term: CertificateTerm = 'good';
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
  const lookAtTerm = (): void => {
    const ends = certificateEnd(served.cert);
    const now = ends === undefined ? 'good' : certificateTerm(Date.parse(ends), Date.parse(clock.now()));
    if (now === term) return;
    term = now;
    if (term === 'good') return;
    const facts = {
      ...paths,
      ends,
      remedy: 'put a renewed one there: it is served within a second',
    };
    if (term === 'expired') log.error('the certificate has expired; clients refuse it', facts);
    else log.warn('the certificate expires soon', facts);
  };
  const lookAtFiles = async (): Promise<void> => {
    const read = await readCertificate(ports, paths);
    if (E.isLeft(read)) return failed(describeCertificateFailure(read.left));
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
  const look = async (): Promise<void> => {
    await lookAtFiles();
    lookAtTerm();
  };
  lookAtTerm();
  return {
    served: () => served,
    fault: () => fault,
    expired: () => (term === 'expired' ? certificateEnd(served.cert) : undefined),
    close: timer.every(lookMs, look),
  };
};
