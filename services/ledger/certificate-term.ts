/** How long before its end a certificate is spoken of: time for who renews by hand, and no alarm where it is done by itself. */
const soonMs = 14 * 24 * 60 * 60 * 1000;

export type CertificateTerm = 'good' | 'ends-soon' | 'expired';

/** Both in milliseconds since the epoch. */
export const certificateTerm = (ends: number, now: number): CertificateTerm => {
  if (now >= ends) return 'expired';
  return now >= ends - soonMs ? 'ends-soon' : 'good';
};
