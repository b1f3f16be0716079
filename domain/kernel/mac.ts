import { family, type IpAddress, toNumber } from '../ip/address.ts';

const podPrefix = '0a:58:';
const hostEndPrefix = '0e:58:';

const octets = (number: bigint, count: number): string =>
  number
    .toString(16)
    .padStart(count * 2, '0')
    .replace(/(..)(?!$)/g, '$1:');

/** The low 32 bits of an IPv4 address; an IPv6 address folded to 32 bits, so that neighbours in a /64 differ. */
const fingerprint = (address: IpAddress): bigint => {
  const number = toNumber(address);
  if (family(address) === 4) return number;
  return (number ^ (number >> 32n) ^ (number >> 64n) ^ (number >> 96n)) & 0xffff_ffffn;
};

/**
 * A locally administered MAC that follows from the address, so that whoever gets the address next has the MAC that its
 * neighbours remember: no stale ARP entry. The prefix is ovn-kubernetes' and ovs-cni's.
 */
export const podMac = (address: IpAddress): string => `${podPrefix}${octets(fingerprint(address), 4)}`;

/** The MAC of the veth's host end; it never shows on the wire, but two links of one host should not share one. */
export const hostEndMac = (address: IpAddress): string =>
  `${hostEndPrefix}${octets(fingerprint(address), 4)}`;

/**
 * The MACs of a pair that is made before its address is known: locally administered, of one interface each, and no address's. They
 * follow from the host-side link's name, which follows from the attachment: asked again, the pod is the same client to a DHCP server.
 */
export const unaddressedMacs = (hostIfname: string): { readonly pod: string; readonly hostEnd: string } => {
  const digits = hostIfname.slice(-10).replace(/(..)(?!$)/g, '$1:');
  return { pod: `06:${digits}`, hostEnd: `02:${digits}` };
};

/** Whether the MAC is one of those that follow from an address: of some pod, bridge or host end. */
export const isDerivedMac = (mac: string): boolean =>
  mac.startsWith(podPrefix) || mac.startsWith(hostEndPrefix);
