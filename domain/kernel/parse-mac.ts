const unicast = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/;

/**
 * A MAC that one interface may have (IEEE 802: 48 bits, not a group's, not all zero) as lower-case `02:00:5e:10:00:01`; written with
 * colons or hyphens. `undefined` for any other text.
 */
export const parseMac = (text: string): string | undefined => {
  const mac = /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/i.test(text) ? text.replaceAll('-', ':') : text;
  const canonical = mac.toLowerCase();
  return unicast.test(canonical) && canonical !== '00:00:00:00:00:00' ? canonical : undefined;
};
