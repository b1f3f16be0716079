import * as E from 'fp-ts/lib/Either.js';
import type { KernelFailure } from '../../domain/port/kernel.ts';
import { openHearing, ROUTE_GROUPS, SOL_SOCKET, setOption } from './hearing.ts';
import { close } from './libc.ts';
import { allLinks } from './link.ts';
import { NETCONF_GROUPS } from './netconf.ts';
import type { Home } from './netns.ts';
import { isVlanOf } from './notice.ts';
import { type KernelRefused, NETLINK_ROUTE } from './rtnetlink.ts';

const NETLINK_NETFILTER = 12;
/** socket(7): beyond the system's maximum, which CAP_NET_ADMIN may. A thousand pods that end together fit. */
const SO_RCVBUFFORCE = 33;
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** linux/netfilter/nfnetlink.h: NFNLGRP_NFTABLES is the seventh group. */
const NFTABLES_GROUP = 1 << 6;

/** Descriptors of this process, whichever thread uses them: they hear of the namespace they were opened in. */
export type WatchSockets = {
  readonly routes: number;
  readonly rules: number;
  /** Of the watched interface now; 0 while it is not there. */
  readonly index: number;
  /** Of its VLANs' interfaces now, by name. */
  readonly vlans: ReadonlyMap<string, number>;
};

const listening = (protocol: number, groups: number): E.Either<KernelRefused, number> =>
  openHearing(protocol, groups, (fd) => {
    // As much room as there is by default does, too.
    setOption(fd, { level: SOL_SOCKET, name: SO_RCVBUFFORCE, value: RECEIVE_BUFFER });
    return true;
  });

/** Begins to hear of the changes of the host's links, addresses, routes, settings and nftables. The caller closes the sockets. */
export const openWatch = ({ rtnetlink }: Home, name: string): E.Either<KernelFailure, WatchSockets> => {
  const routes = listening(NETLINK_ROUTE, ROUTE_GROUPS | NETCONF_GROUPS);
  if (E.isLeft(routes)) return routes;
  const rules = listening(NETLINK_NETFILTER, NFTABLES_GROUP);
  if (E.isLeft(rules)) {
    close(routes.right);
    return rules;
  }
  // Looked for when changes of it are heard already.
  const links = allLinks(rtnetlink);
  if (E.isRight(links)) {
    const index = links.right.find((link) => link.name === name)?.index ?? 0;
    const vlans = links.right.filter((link) => isVlanOf(name, link.name));
    return E.right({
      routes: routes.right,
      rules: rules.right,
      index,
      vlans: new Map(vlans.map((link) => [link.name, link.index])),
    });
  }
  close(routes.right);
  close(rules.right);
  return links;
};
