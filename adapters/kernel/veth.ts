import { switchedLinks } from '../../domain/kernel/link-group.ts';
import { IFLA_ADDRESS, IFLA_GROUP, IFLA_IFNAME, IFLA_MTU, ifinfo, macBytes, RTM_NEWLINK } from './link.ts';
import { attribute, nestedAttribute, textAttribute, u32Attribute } from './netlink-message.ts';
import { NLM_F_CREATE, NLM_F_EXCL, type Request } from './rtnetlink.ts';

const IFLA_LINKINFO = 18;
const IFLA_NET_NS_FD = 28;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const VETH_INFO_PEER = 1;

/** One end of a veth pair to be made. */
type End = { readonly name: string; readonly mac: string; readonly mtu: number };

const endAttributes = ({ name, mac, mtu }: End): ReadonlyArray<Buffer> => [
  textAttribute(IFLA_IFNAME, name),
  attribute(IFLA_ADDRESS, macBytes(mac)),
  u32Attribute(IFLA_MTU, mtu),
];

/**
 * Makes a veth pair, the host's end in the group of its kind, the peer at once in the namespace behind `peerNetns` (a descriptor), under its final name.
 * Neither end can be made up already (ENOTCONN). EEXIST when either name is taken.
 */
export const createVeth = (end: End, peer: End, peerNetns: number): Request => ({
  operation: `create the veth pair ${end.name} and ${peer.name}`,
  type: RTM_NEWLINK,
  flags: NLM_F_CREATE | NLM_F_EXCL,
  body: Buffer.concat([
    ifinfo(0),
    ...endAttributes(end),
    u32Attribute(IFLA_GROUP, switchedLinks),
    nestedAttribute(
      IFLA_LINKINFO,
      textAttribute(IFLA_INFO_KIND, 'veth'),
      nestedAttribute(
        IFLA_INFO_DATA,
        nestedAttribute(
          VETH_INFO_PEER,
          ifinfo(0),
          ...endAttributes(peer),
          u32Attribute(IFLA_NET_NS_FD, peerNetns),
        ),
      ),
    ),
  ]),
});
