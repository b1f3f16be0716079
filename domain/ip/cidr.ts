import { either as E, function as F } from 'fp-ts';
import * as t from 'io-ts';
import {
  addressBits,
  type Family,
  family,
  fromNumber,
  type IpAddress,
  parseAddress,
  toNumber,
} from './address.ts';

type CidrBrand = { readonly Cidr: unique symbol };

export type CidrFailure =
  | { readonly type: 'not-a-cidr'; readonly text: string }
  | { readonly type: 'host-bits-set'; readonly text: string; readonly network: string };

type Parts = { readonly address: IpAddress; readonly prefixLength: number };

const split = (text: string): Parts | undefined => {
  const [addressText = '', prefixText = '', ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (E.isLeft(address) || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefixText)) return undefined;
  const prefixLength = Number(prefixText);
  return prefixLength <= addressBits(family(address.right))
    ? { address: address.right, prefixLength }
    : undefined;
};

const networkOf = ({ address, prefixLength }: Parts): IpAddress => {
  const of = family(address);
  const hostBits = BigInt(addressBits(of) - prefixLength);
  return fromNumber(of, (toNumber(address) >> hostBits) << hostBits);
};

/**
 * Reads `ADDRESS/LENGTH` (RFC 4632, RFC 4291 §2.3) in any spelling. Host bits that are set are refused with the network
 * that was probably meant, never cut off in silence.
 */
export const parseCidr = (text: string): E.Either<CidrFailure, Cidr> => {
  const parts = split(text);
  if (parts === undefined) return E.left({ type: 'not-a-cidr', text });
  const network = `${networkOf(parts)}/${parts.prefixLength}`;
  return networkOf(parts) === parts.address
    ? E.right(network as Cidr)
    : E.left({ type: 'host-bits-set', text, network });
};

/** An IPv4 or IPv6 network as one value: its canonical text, host bits zero. */
export const Cidr = t.brand(
  t.string,
  (text): text is t.Branded<string, CidrBrand> =>
    F.pipe(
      parseCidr(text),
      E.exists((cidr) => cidr === text),
    ),
  'Cidr',
);
export type Cidr = t.TypeOf<typeof Cidr>;

export const cidrFamily = (cidr: Cidr): Family => (cidr.includes(':') ? 6 : 4);

export const prefixLength = (cidr: Cidr): number => Number(cidr.slice(cidr.indexOf('/') + 1));

export const network = (cidr: Cidr): IpAddress => cidr.slice(0, cidr.indexOf('/')) as IpAddress;

/** Number of addresses, all of them counted: 256 for a /24. */
export const size = (cidr: Cidr): bigint => 1n << BigInt(addressBits(cidrFamily(cidr)) - prefixLength(cidr));

/** The address `offset` places after the network's own, or the subnet `offset` places after the first of that length. */
export const addressAt = (cidr: Cidr, offset: bigint): IpAddress =>
  fromNumber(cidrFamily(cidr), toNumber(network(cidr)) + offset);

/** How far an address lies behind the network's own; negative or ≥ `size` when it is outside. */
export const offsetOf = (cidr: Cidr, address: IpAddress): bigint =>
  toNumber(address) - toNumber(network(cidr));

export const contains = (cidr: Cidr, address: IpAddress): boolean => {
  if (cidrFamily(cidr) !== family(address)) return false;
  const offset = offsetOf(cidr, address);
  return offset >= 0n && offset < size(cidr);
};

export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, network(b)) || contains(b, network(a));

/** The `index`-th subnet of `length` bits inside `cidr`, counted from 0. */
export const subnetAt = (cidr: Cidr, length: number, index: number): Cidr => {
  const step = BigInt(addressBits(cidrFamily(cidr)) - length);
  return `${addressAt(cidr, BigInt(index) << step)}/${length}` as Cidr;
};

/** Which subnet of its own length inside `cidr` this is: the inverse of `subnetAt`. */
export const subnetIndex = (cidr: Cidr, subnet: Cidr): number =>
  Number(offsetOf(cidr, network(subnet)) >> BigInt(addressBits(cidrFamily(cidr)) - prefixLength(subnet)));
