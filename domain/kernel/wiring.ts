import { attachmentKey } from '../host/attachment.ts';
import { gatewayOf } from '../host/choose-address.ts';
import { type Attachment, addressesOf } from '../host/state.ts';
import { type Cidr, contains } from '../ip/cidr.ts';
import type { PodWiring } from '../port/kernel.ts';
import { hostEndMac } from './mac.ts';

/** How pods of this node are wired; the same for all of them. */
export type WiringOptions = {
  /** Whether the switch can finish checksums (the kernel datapath does). */
  readonly checksumOffload: boolean;
};

/**
 * What the kernel should have for an attachment (routed mode): its addresses as /32 and /128, on-link routes to the gateways,
 * default routes through them. Every packet passes the host, so a Service reply from a pod on the same node does too.
 */
export const podWiring = (
  attachment: Omit<Attachment, 'status'>,
  subnets: ReadonlyArray<Cidr>,
  options: WiringOptions,
): PodWiring => {
  const addresses = addressesOf(attachment);
  const [first] = addresses;
  return {
    netnsPath: attachment.netns.path,
    netnsId: { device: attachment.netns.device, inode: attachment.netns.inode },
    ifname: attachment.ifname,
    podMac: attachment.mac,
    hostIfname: attachment.hostIfname,
    hostMac: first === undefined ? attachment.mac : hostEndMac(first),
    mtu: attachment.mtu,
    addresses,
    gateways: addresses.flatMap((address) => {
      const subnet = subnets.find((candidate) => contains(candidate, address));
      return subnet === undefined ? [] : [gatewayOf(subnet)];
    }),
    checksumOffload: options.checksumOffload,
    alias: attachmentKey(attachment),
  };
};
