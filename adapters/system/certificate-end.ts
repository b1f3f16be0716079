import { X509Certificate } from 'node:crypto';

/** When a PEM certificate expires, RFC 3339 UTC; the first one of a chain. `undefined` for what is none. */
export const certificateEnd = (pem: string): string | undefined => {
  try {
    return new X509Certificate(pem).validToDate.toISOString();
  } catch {
    return undefined;
  }
};
