/**
 * The 64-bit cookie of an attachment's flows, as 16 hexadecimal digits: 20 bits are our mark, 44 name the attachment. They are
 * those of its host-side link, so a DEL finds its flows again even without the log, and two attachments never share one.
 */
const mark = 'e7106';

/** What all cookies of ours have in common: a cookie is ours when it equals `value` under `mask`. */
export const ownCookies = { value: `${mark}00000000000`, mask: 'fffff00000000000' } as const;

/** Of the one flow that several attachments share: that of no link, as long as none has eleven zeros for its digits. */
export const sharedCookie = ownCookies.value;

/** Whether a cookie, in 16 hexadecimal digits, is ours. */
export const isOwnCookie = (cookie: string): boolean => cookie.startsWith(mark);

/** `undefined` for a link that we did not name: an imported pod's, which has no flows of ours. */
export const cookieOf = (hostIfname: string): string | undefined => {
  const digits = /^evio([0-9a-f]{11})$/.exec(hostIfname)?.[1];
  return digits === undefined ? undefined : `${mark}${digits}`;
};
