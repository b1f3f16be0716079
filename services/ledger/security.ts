import { either as E } from 'fp-ts';
import { addressText, type ListenAddress } from '../listen-address.ts';

type Wanted = {
  readonly listen: ListenAddress;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecure?: 'loopback' | 'anywhere';
};

/** How connections are guarded: by TLS and credentials, or by being reachable for nobody else. */
export type Security =
  | { readonly by: 'tls'; readonly certFile: string; readonly keyFile: string }
  | { readonly by: 'nothing' };

export type SecurityFailure = {
  readonly type: 'security-refused';
  readonly msg: string;
  readonly remedy: string;
};

const isLoopback = ({ host }: ListenAddress): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

const refused = (msg: string, remedy: string): E.Either<SecurityFailure, never> =>
  E.left({ type: 'security-refused', msg, remedy });

/** Clients send passwords over TLS only, so there is one without the other neither way. */
export const securityOf = ({
  listen,
  tlsCert,
  tlsKey,
  insecure,
}: Wanted): E.Either<SecurityFailure, Security> => {
  if (insecure !== undefined && (tlsCert ?? tlsKey) !== undefined)
    return refused('--insecure and --tls-cert or --tls-key exclude each other', 'leave --insecure out');
  if (insecure === 'loopback' && !isLoopback(listen))
    return refused(
      `--insecure would let whoever reaches ${addressText(listen)} do everything`,
      'listen on 127.0.0.1, or give --tls-cert and --tls-key; --insecure anywhere says that the network itself is trusted',
    );
  if (insecure !== undefined) return E.right({ by: 'nothing' });
  if (tlsCert === undefined || tlsKey === undefined)
    return refused(
      tlsCert === undefined && tlsKey === undefined
        ? 'there is no certificate to serve with'
        : `${tlsCert === undefined ? '--tls-cert' : '--tls-key'} is missing`,
      'give --tls-cert and --tls-key, or for a try on this machine alone --insecure',
    );
  return E.right({ by: 'tls', certFile: tlsCert, keyFile: tlsKey });
};
