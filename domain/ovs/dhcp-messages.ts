import type { Match } from './flow.ts';

const udp = { ethType: 0x0800, ipProto: 17 } as const;
/** RFC 2131, section 4.1. */
const ports = { server: 67, client: 68 } as const;

export const broadcastMac = 'ff:ff:ff:ff:ff:ff';

/** What a DHCP client sends that has no address, or does not use it yet: to everybody (RFC 2131, section 4.1). */
export const dhcpRequest: Match = {
  ...udp,
  ethDst: broadcastMac,
  ipv4Src: '0.0.0.0',
  ipv4Dst: '255.255.255.255',
  udpSrc: ports.client,
  udpDst: ports.server,
};

/** What a server or relay answers. */
export const dhcpReply: Match = { ...udp, udpDst: ports.client };
