import * as E from 'fp-ts/lib/Either.js';
import {
  attribute,
  attributeIn,
  type Message,
  textAttribute,
  textIn,
  u32Attribute,
} from './netlink-message.ts';
import { type KernelRefused, NLM_F_DUMP, type Request, type Rtnetlink } from './rtnetlink.ts';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
export const IFLA_ADDRESS = 1;
export const IFLA_IFNAME = 3;
export const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_LINK_NETNSID = 37;
export const IFLA_IFALIAS = 20;
export const IFLA_GROUP = 27;
const IFLA_EXT_MASK = 29;
const RTEXT_FILTER_SKIP_STATS = 8;
export const IFF_UP = 1;

/** Every network namespace's loopback has this index. */
export const LOOPBACK = 1;

/** An interface as the kernel describes it. */
export type Link = {
  readonly index: number;
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly alias: string | undefined;
  /** Index of a veth's other end, in that end's namespace. */
  readonly peerIndex: number | undefined;
  /** The number of that namespace in the asked socket's one; `undefined` when it is the same one. Asking gives it one. */
  readonly peerNamespace: number | undefined;
};

/** Bytes of `struct ifinfomsg`, which the attributes follow. */
export const IFINFO = 16;

/** `struct ifinfomsg`. */
export const ifinfo = (index: number, flags = 0, change = 0): Buffer => {
  const bytes = Buffer.alloc(IFINFO);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt32LE(flags, 8);
  bytes.writeUInt32LE(change, 12);
  return bytes;
};

/** `0a:58:0a:f4:00:02` as six bytes. */
export const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex');

const macText = (bytes: Buffer): string => bytes.toString('hex').replace(/(..)(?=.)/g, '$1:');

/** Both ends of a veth have to be up before either carries. */
export const setUp = (index: number, name: string): Request => ({
  operation: `set the link ${name} up`,
  type: RTM_NEWLINK,
  flags: 0,
  body: ifinfo(index, IFF_UP, IFF_UP),
});

/** Gives the link that has the name then its alias, a text for people that others can read too, and brings it up: in this order. */
export const markAndSetUp = (name: string, alias: string): Request => ({
  operation: `mark the link ${name} and set it up`,
  type: RTM_NEWLINK,
  flags: 0,
  body: Buffer.concat([
    ifinfo(0, IFF_UP, IFF_UP),
    textAttribute(IFLA_IFNAME, name),
    attribute(IFLA_IFALIAS, Buffer.from(alias)),
  ]),
});

/** The MTU in bytes of what the link carries, Ethernet's own header not counted. */
export const setMtu = (index: number, name: string, mtu: number): Request => ({
  operation: `set the MTU of the link ${name} to ${mtu}`,
  type: RTM_NEWLINK,
  flags: 0,
  body: Buffer.concat([ifinfo(index), u32Attribute(IFLA_MTU, mtu)]),
});

/** Removes the link, and a veth's other end; ENODEV when it is gone. */
export const deleteLink = (index: number, name: string): Request => ({
  operation: `delete the link ${name}`,
  type: RTM_DELLINK,
  flags: 0,
  body: ifinfo(index),
});

/** Of the link that has the name then. The kernel tells its listeners also when it has that MAC already. */
export const setMacByName = (name: string, mac: string): Request => ({
  operation: `set the MAC of the link ${name}`,
  type: RTM_NEWLINK,
  flags: 0,
  body: Buffer.concat([ifinfo(0), textAttribute(IFLA_IFNAME, name), attribute(IFLA_ADDRESS, macBytes(mac))]),
});

/** Puts the link into a group of links that can be deleted together. */
export const setGroup = (index: number, name: string, group: number): Request => ({
  operation: `put the link ${name} into the group of those to delete`,
  type: RTM_NEWLINK,
  flags: 0,
  body: Buffer.concat([ifinfo(index), u32Attribute(IFLA_GROUP, group)]),
});

/** Deletes every link of the group in the socket's namespace; ENODEV when there is none. */
export const deleteLinkGroup = (group: number): Request => ({
  operation: 'delete a group of links',
  type: RTM_DELLINK,
  flags: 0,
  body: Buffer.concat([ifinfo(0), u32Attribute(IFLA_GROUP, group)]),
});

/** A link has some fifty attributes; only these are taken out. */
const decodeLink = ({ body }: Message): Link => {
  const at = (type: number): Buffer | undefined => attributeIn(body, IFINFO, type);
  const text = (value: Buffer | undefined): string | undefined => value && textIn(value);
  return {
    index: body.readInt32LE(4),
    name: text(at(IFLA_IFNAME)) ?? '',
    mac: macText(at(IFLA_ADDRESS) ?? Buffer.alloc(0)),
    mtu: at(IFLA_MTU)?.readUInt32LE(0) ?? 0,
    up: (body.readUInt32LE(8) & IFF_UP) !== 0,
    alias: text(at(IFLA_IFALIAS)),
    peerIndex: at(IFLA_LINK)?.readUInt32LE(0),
    peerNamespace: at(IFLA_LINK_NETNSID)?.readInt32LE(0),
  };
};

const withoutStatistics = u32Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);

/** The link of this name in the socket's namespace; `undefined` when there is none. */
export const findLink = (rtnetlink: Rtnetlink, name: string): E.Either<KernelRefused, Link | undefined> => {
  const answer = rtnetlink.ask({
    operation: `look up the link ${name}`,
    type: RTM_GETLINK,
    flags: 0,
    body: Buffer.concat([ifinfo(0), textAttribute(IFLA_IFNAME, name), withoutStatistics]),
  });
  if (E.isLeft(answer)) return answer.left.errno === 'ENODEV' ? E.right(undefined) : answer;
  const [message] = answer.right;
  return E.right(message === undefined ? undefined : decodeLink(message));
};

/** All links of the socket's namespace. */
export const allLinks = (rtnetlink: Rtnetlink): E.Either<KernelRefused, ReadonlyArray<Link>> => {
  const answer = rtnetlink.ask({
    operation: 'list the links',
    type: RTM_GETLINK,
    flags: NLM_F_DUMP,
    body: Buffer.concat([ifinfo(0), withoutStatistics]),
  });
  return E.isLeft(answer) ? answer : E.right(answer.right.map(decodeLink));
};
