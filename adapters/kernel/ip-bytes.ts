import * as E from 'fp-ts/lib/Either.js';
import { inet_ntop, inet_pton } from './libc.ts';
import { type KernelRefused, refused } from './rtnetlink.ts';

export const AF_INET = 2;
export const AF_INET6 = 10;

/** An address as the kernel takes it: 4 or 16 bytes in network order. */
export type IpBytes = { readonly family: typeof AF_INET | typeof AF_INET6; readonly bytes: Buffer };

/** The kernel's bytes of an address written without prefix length. */
export const ipBytes = (text: string): E.Either<KernelRefused, IpBytes> => {
  const family = text.includes(':') ? AF_INET6 : AF_INET;
  const bytes = Buffer.alloc(family === AF_INET6 ? 16 : 4);
  return inet_pton(family, text, bytes) === 1
    ? E.right({ family, bytes })
    : E.left(refused(`read the address ${text}`, 'EINVAL'));
};

/** The longest text of an address, with its end (INET6_ADDRSTRLEN). */
const room = Buffer.alloc(46);

/** The same text for the same address, as inet_ntop(3) writes it. */
export const ipText = ({ family, bytes }: IpBytes): string =>
  inet_ntop(family, bytes, room, room.length) ?? bytes.toString('hex');
