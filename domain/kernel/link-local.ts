import { fromNumber, type IpAddress } from '../ip/address.ts';

const prefix = 0xfe80n << 112n;
const universalBit = 1n << 57n;

/** The link-local address that the kernel derives from a MAC (modified EUI-64: RFC 4291, appendix A). */
export const linkLocalOf = (mac: string): IpAddress => {
  const octets = BigInt(`0x${mac.replaceAll(':', '')}`);
  const identifier = ((octets >> 24n) << 40n) | (0xfffen << 24n) | (octets & 0xff_ffffn);
  return fromNumber(6, prefix | (identifier ^ universalBit));
};
