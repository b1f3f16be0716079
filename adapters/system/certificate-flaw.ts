import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const other = (text: string, wanted: 'CERTIFICATE' | 'PRIVATE KEY'): string => {
  const found = /-----BEGIN (?:\w+ )*?(CERTIFICATE|PRIVATE KEY)-----/.exec(text)?.[1];
  return found === undefined || found === wanted
    ? ''
    : `, but a ${found.toLowerCase()}: are the two files swapped?`;
};

/** What keeps PEM texts from being served, and in which of the two it is; `undefined` of a certificate and its key. */
export const certificateFlaw = ({
  cert,
  key,
}: {
  readonly cert: string;
  readonly key: string;
}): { readonly of: 'cert' | 'key'; readonly reason: string } | undefined => {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch (error) {
    return {
      of: 'cert',
      reason: `it is no PEM certificate${other(cert, 'CERTIFICATE') || ` (${reasonOf(error)})`}`,
    };
  }
  let secret: KeyObject;
  try {
    secret = createPrivateKey(key);
  } catch (error) {
    return {
      of: 'key',
      reason: `it is no PEM key without a passphrase${other(key, 'PRIVATE KEY') || ` (${reasonOf(error)})`}`,
    };
  }
  return certificate.checkPrivateKey(secret)
    ? undefined
    : { of: 'key', reason: 'it is the key of another certificate' };
};
