import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure } from '../../domain/port/kernel.ts';
import { bind, close, lastErrno, setsockopt, socket } from './libc.ts';
import { findLink } from './link.ts';
import type { Home } from './netns.ts';
import { AF_NETLINK, type KernelRefused, NETLINK_ROUTE, refused, SOCK_RAW_CLOEXEC } from './rtnetlink.ts';

const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
/** socket(7): beyond the system's maximum, which CAP_NET_ADMIN may. A thousand pods that end together fit. */
const SO_RCVBUFFORCE = 33;
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** Bits of the groups (linux/rtnetlink.h): links, IPv4 and IPv6 addresses, IPv4 and IPv6 routes. */
const ROUTE_GROUPS = 0x1 | 0x10 | 0x100 | 0x40 | 0x400;
/** linux/netfilter/nfnetlink.h: NFNLGRP_NFTABLES is the seventh group. */
const NFTABLES_GROUP = 1 << 6;

/** Descriptors of this process, whichever thread uses them: they hear of the namespace they were opened in. */
export type WatchSockets = {
  readonly routes: number;
  readonly rules: number;
  /** Of the watched interface now; 0 while it is not there. */
  readonly index: number;
};

/** `struct sockaddr_nl`; the kernel chooses the port. */
const address = (groups: number): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16LE(AF_NETLINK, 0);
  bytes.writeUInt32LE(groups, 8);
  return bytes;
};

const listening = (protocol: number, groups: number): E.Either<KernelRefused, number> => {
  const fd = socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
  if (fd < 0) return E.left(refused('open a socket that hears of changes', lastErrno()));
  const room = Buffer.alloc(4);
  room.writeInt32LE(RECEIVE_BUFFER);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, room, room.length);
  const at = address(groups);
  if (bind(fd, at, at.length) === 0) return E.right(fd);
  const errno = lastErrno();
  close(fd);
  return E.left(refused('hear of changes', errno));
};

/** Begins to hear of the changes of the host's links, addresses, routes and nftables. The caller closes the sockets. */
export const openWatch = ({ rtnetlink }: Home, name: string): E.Either<KernelFailure, WatchSockets> => {
  const routes = listening(NETLINK_ROUTE, ROUTE_GROUPS);
  if (E.isLeft(routes)) return routes;
  const rules = listening(NETLINK_NETFILTER, NFTABLES_GROUP);
  if (E.isLeft(rules)) {
    close(routes.right);
    return rules;
  }
  // Looked for when changes of it are heard already.
  const link = findLink(rtnetlink, name);
  if (E.isRight(link))
    return E.right({ routes: routes.right, rules: rules.right, index: link.right?.index ?? 0 });
  close(routes.right);
  close(rules.right);
  return link;
};
