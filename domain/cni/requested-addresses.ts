import { either as E } from 'fp-ts';
import { type CniError, invalidField } from './error.ts';

/** `parseAddress` of `domain/ip`, handed in because loading it costs more than the rest of an ADD that asks for no address. */
export type ParseAddress = (text: string) => E.Either<unknown, string>;

const withoutPrefix = (text: string): string | undefined => {
  const [address = '', prefix, ...rest] = text.split('/');
  const sound =
    prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (address.includes(':') ? 128 : 32));
  return sound && rest.length === 0 ? address : undefined;
};

/**
 * Addresses that were asked for, each with or without prefix, as canonical texts without one, in order. The sources add
 * up; the same address from two of them is one address. Code 7 names what is no address.
 */
export const requestedAddresses = (
  parse: ParseAddress,
  texts: ReadonlyArray<string>,
): E.Either<CniError, ReadonlyArray<string>> => {
  const addresses = new Set<string>();
  for (const text of texts) {
    const address = withoutPrefix(text);
    const parsed = address === undefined ? E.left(text) : parse(address);
    if (E.isLeft(parsed)) {
      return E.left(
        invalidField('requested address', text, 'an IPv4 or IPv6 address, with or without prefix'),
      );
    }
    addresses.add(parsed.right);
  }
  return E.right([...addresses]);
};
