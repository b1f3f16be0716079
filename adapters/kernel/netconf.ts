import { attributeIn } from './netlink-message.ts';

/** Bits of RTNLGRP_IPV4_NETCONF and RTNLGRP_IPV6_NETCONF (linux/rtnetlink.h). */
export const NETCONF_GROUPS = (1 << 23) | (1 << 24);
export const RTM_NEWNETCONF = 80;

/** `struct netconfmsg`, a byte and its padding; NETCONFA_IFINDEX, and its value for all interfaces (linux/netconf.h). */
const NETCONFMSG = 4;
const NETCONFA_IFINDEX = 1;
const ALL = -1;

/**
 * Whether a message of forwarding or reverse-path filtering is of all interfaces, or of one that is watched. The kernel tells of each new
 * interface's own besides, and so of every pod's.
 */
export const isNetconfOf = (isWatched: (index: number) => boolean, body: Buffer): boolean => {
  const told = attributeIn(body, NETCONFMSG, NETCONFA_IFINDEX)?.readInt32LE(0);
  return told === ALL || (told !== undefined && isWatched(told));
};
