import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { Address4, Address6 } from 'ip-address';

export type Family = 4 | 6;

type IpAddressBrand = { readonly IpAddress: unique symbol };

const familyOf = (text: string): Family => (text.includes(':') ? 6 : 4);

const canonical = (text: string): string | undefined => {
  try {
    if (familyOf(text) === 4)
      return /^\d+(\.\d+){3}$/.test(text) ? new Address4(text).correctForm() : undefined;
    return /[/%]/.test(text) ? undefined : new Address6(text).correctForm();
  } catch {
    return undefined;
  }
};

/**
 * An IPv4 or IPv6 address as one value: its canonical text (dotted decimal; RFC 5952), so that `===`, map keys and JSON
 * mean what they should. Decoding refuses any other spelling; the outer door uses `parseAddress`.
 */
export const IpAddress = t.brand(
  t.string,
  (text): text is t.Branded<string, IpAddressBrand> => canonical(text) === text,
  'IpAddress',
);
export type IpAddress = t.TypeOf<typeof IpAddress>;

export type NotAnAddress = { readonly type: 'not-an-address'; readonly text: string };

/** Any spelling of an address to its canonical value; no prefix, no zone, no leading zeros. */
export const parseAddress = (text: string): E.Either<NotAnAddress, IpAddress> => {
  const form = canonical(text);
  return form === undefined ? E.left({ type: 'not-an-address', text }) : E.right(form as IpAddress);
};

export const family = (address: IpAddress): Family => familyOf(address);

/** 32 or 128. */
export const addressBits = (of: Family): 32 | 128 => (of === 4 ? 32 : 128);

/** Folds ask for IPv4 numbers and texts millions of times; both are canonical already. */
const numberOf4 = (address: string): number => {
  let number = 0;
  let octet = 0;
  for (let index = 0; index < address.length; index += 1) {
    const code = address.charCodeAt(index);
    if (code === dot) {
      number = number * 256 + octet;
      octet = 0;
    } else octet = octet * 10 + code - zero;
  }
  return number * 256 + octet;
};

const dot = 46;
const zero = 48;

const textOf4 = (number: number): string =>
  `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;

/** The address as an unsigned number of `addressBits` bits. */
export const toNumber = (address: IpAddress): bigint =>
  familyOf(address) === 4 ? BigInt(numberOf4(address)) : new Address6(address).bigInt();

/** The address that `number` stands for; the number must fit the family. */
export const fromNumber = (of: Family, number: bigint): IpAddress =>
  (of === 4 ? textOf4(Number(number)) : Address6.fromBigInt(number).correctForm()) as IpAddress;
