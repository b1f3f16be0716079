import * as E from 'fp-ts/lib/Either.js';
import { bind, close, lastErrno, setsockopt, socket } from './libc.ts';
import { AF_NETLINK, type KernelRefused, NETLINK_ROUTE, refused, SOCK_RAW_CLOEXEC } from './rtnetlink.ts';

/** Bits of the groups (linux/rtnetlink.h): links, IPv4 and IPv6 addresses, IPv4 and IPv6 routes. */
export const ROUTE_GROUPS = 0x1 | 0x10 | 0x100 | 0x40 | 0x400;
/** netlink(7): hears also of the namespaces that have a number in the socket's own; it takes CAP_NET_BROADCAST. */
const SOL_NETLINK = 270;
const NETLINK_LISTEN_ALL_NSID = 8;

export const SOL_SOCKET = 1;
/** socket(7). The kernel takes it twice, for what it keeps beside: some fifty messages of links. */
const SO_RCVBUF = 8;
const LITTLE_ROOM = 64 * 1024;

/** `struct sockaddr_nl`; the kernel chooses the port. */
const address = (groups: number): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16LE(AF_NETLINK, 0);
  bytes.writeUInt32LE(groups, 8);
  return bytes;
};

/** A socket option as in setsockopt(2), its value an integer. */
type Option = { readonly level: number; readonly name: number; readonly value: number };

export const setOption = (fd: number, { level, name, value }: Option): boolean => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return setsockopt(fd, level, name, bytes, bytes.length) === 0;
};

/** A socket that hears of changes in the calling thread's present namespace. `prepare` comes before the first of them. */
export const openHearing = (
  protocol: number,
  groups: number,
  prepare: (fd: number) => boolean,
): E.Either<KernelRefused, number> => {
  const fd = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
  if (fd < 0) return E.left(refused('open a socket that hears of changes', lastErrno()));
  const at = address(groups);
  if (prepare(fd) && bind(fd, at, at.length) === 0) return E.right(fd);
  const errno = lastErrno();
  close(fd);
  return E.left(refused('hear of changes', errno));
};

/**
 * Begins to hear of changes of links, addresses and routes in the host's namespace and in those of its pods. Little room: what is
 * read seldom shall be read quickly, and that something was lost says all that has to be known then.
 */
export const openHearingOfAll = (): E.Either<KernelRefused, number> =>
  openHearing(NETLINK_ROUTE, ROUTE_GROUPS, (fd) => {
    setOption(fd, { level: SOL_SOCKET, name: SO_RCVBUF, value: LITTLE_ROOM });
    return setOption(fd, { level: SOL_NETLINK, name: NETLINK_LISTEN_ALL_NSID, value: 1 });
  });
