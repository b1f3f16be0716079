import type { either as E } from 'fp-ts';
import type { Access } from '../../domain/port/access.ts';
import type { ClientLog } from '../../domain/port/client-log.ts';

/** PEM: the certificate with those between it and the root, and its key. */
export type Certificate = { readonly cert: string; readonly key: string };

/** Why it cannot be listened, or a certificate not be served. */
export type WireFailure =
  | { readonly type: 'listen-failed'; readonly address: string; readonly reason: string }
  | { readonly type: 'certificate-refused'; readonly reason: string };

/** The running server, as this program needs it. */
export type Wire = {
  readonly port: number;
  readonly connections: () => number;
  /** New connections get this certificate; left: it is none, and the one before stays. */
  readonly renewCertificate: (certificate: Certificate) => E.Either<WireFailure, void>;
  /** Ends readers, lets appends under way finish and be answered; after `graceMs` connections are cut. */
  readonly close: (graceMs: number) => Promise<void>;
};

export type OpenWire = (served: {
  readonly log: ClientLog;
  readonly access: Access;
  readonly tls?: Certificate;
}) => Promise<E.Either<WireFailure, Wire>>;
