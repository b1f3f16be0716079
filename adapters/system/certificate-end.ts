import { X509Certificate } from 'node:crypto';

/** When a PEM certificate expires, in milliseconds since the epoch; the first one of a chain. `undefined` for what is none. */
export const certificateEnd = (pem: string): number | undefined => {
  try {
    return new X509Certificate(pem).validToDate.getTime();
  } catch {
    return undefined;
  }
};
