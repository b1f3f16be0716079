import * as E from 'fp-ts/lib/Either.js';
import { ioctl, lastErrno } from './libc.ts';
import { type KernelRefused, refused } from './rtnetlink.ts';

const SIOCGIFINDEX = 0x8933;
const NAME = 16;
const SIZE = 40;

/** `struct ifreq` of netdevice(7): the interface's name, then what the request is about. */
export const interfaceRequest = (ifname: string, argument: Buffer): Buffer => {
  const bytes = Buffer.alloc(SIZE);
  bytes.write(ifname, 0, NAME - 1, 'utf8');
  argument.copy(bytes, NAME);
  return bytes;
};

/**
 * The index of the link of this name in the namespace of the socket; `undefined` when there is none. Waits for no lock, as netlink's
 * questions do.
 */
export const indexOf = (fd: number, ifname: string): E.Either<KernelRefused, number | undefined> => {
  const request = interfaceRequest(ifname, Buffer.alloc(4));
  if (ioctl(fd, SIOCGIFINDEX, request) >= 0) return E.right(request.readInt32LE(NAME));
  const errno = lastErrno();
  return errno === 'ENODEV' ? E.right(undefined) : E.left(refused(`look up the link ${ifname}`, errno));
};
