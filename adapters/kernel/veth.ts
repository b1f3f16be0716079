import { switchedLinks } from '../../domain/kernel/link-group.ts';
import { IFLA_ADDRESS, IFLA_GROUP, IFLA_IFNAME, IFLA_MTU, ifinfo, macBytes, RTM_NEWLINK } from './link.ts';
import { attribute, nestedAttribute, textAttribute, u32Attribute } from './netlink-message.ts';
import { NLM_F_CREATE, NLM_F_EXCL, type Request } from './rtnetlink.ts';

const IFLA_LINKINFO = 18;
const IFLA_NET_NS_FD = 28;
const IFLA_NUM_TX_QUEUES = 31;
const IFLA_NUM_RX_QUEUES = 32;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const VETH_INFO_PEER = 1;

/** One end of a veth pair to be made. */
type End = { readonly name: string; readonly mac: string; readonly mtu: number };

/**
 * One queue each way: the kernel would make one for each processor that the machine may have, every one an object in sysfs that is
 * announced. A veth hands frames over without a lock, and only XDP programs tell its queues apart.
 */
const endAttributes = ({ name, mac, mtu }: End): ReadonlyArray<Buffer> => [
  textAttribute(IFLA_IFNAME, name),
  attribute(IFLA_ADDRESS, macBytes(mac)),
  u32Attribute(IFLA_MTU, mtu),
  u32Attribute(IFLA_NUM_TX_QUEUES, 1),
  u32Attribute(IFLA_NUM_RX_QUEUES, 1),
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
