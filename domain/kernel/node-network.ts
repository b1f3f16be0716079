import { gatewayOf } from '../host/choose-address.ts';
import type { Lease } from '../host/state.ts';

import { type Cidr, prefixLength } from '../ip/cidr.ts';
import type { Masquerade } from '../port/firewall.ts';
import type { GatewayInterface } from '../port/kernel.ts';
import type { Bridge } from '../port/switch.ts';
import { podMac } from './mac.ts';

export type BridgeOptions = Pick<Bridge, 'name' | 'datapathType' | 'mtu'>;

/** The bridge of this lease; its MAC follows from the gateway address, so a re-created bridge has the one that pods remember. */
export const bridgeOf = (lease: Lease, options: BridgeOptions): Bridge => {
  const [subnet] = lease.subnets;
  return { ...options, hwaddr: subnet === undefined ? '0a:58:00:00:00:01' : podMac(gatewayOf(subnet)) };
};

/** The gateway addresses on the bridge's own interface, with the subnets' lengths: the host reaches its pods on-link. */
export const gatewayInterface = (lease: Lease, options: BridgeOptions): GatewayInterface => ({
  name: options.name,
  addresses: lease.subnets.map((subnet) => `${gatewayOf(subnet)}/${prefixLength(subnet)}`),
  mtu: options.mtu,
});

const multicast: ReadonlyArray<string> = ['224.0.0.0/4', 'ff00::/8'];

/** Pods reach each other, the nodes and what the operator excludes under their own address; all else under the node's. */
export const masqueradeOf = (lease: Lease, exclude: ReadonlyArray<Cidr>): Masquerade => ({
  sources: lease.subnets,
  except: [...lease.podCidrs, lease.hostCidr, ...multicast, ...exclude],
});

export type Setting = { readonly path: string; readonly value: string; readonly why: string };

/**
 * The kernel settings that routed pods need. A host that forwards IPv6 ignores router advertisements unless `accept_ra` is 2
 * (Linux ip-sysctl), so the uplinks that listen now must go on listening.
 */
export const settingsOf = (
  lease: Lease,
  bridge: string,
  uplinksThatAcceptRa: ReadonlyArray<string>,
): ReadonlyArray<Setting> => {
  const v4 = lease.subnets.some((subnet) => !subnet.includes(':'));
  const v6 = lease.subnets.some((subnet) => subnet.includes(':'));
  return [
    ...(v4
      ? [
          {
            path: 'ipv4/ip_forward',
            value: '1',
            why: 'pods reach each other and the world through this host',
          },
          {
            path: 'ipv4/conf/all/send_redirects',
            value: '0',
            why: 'the kernel redirects where either this or the interface says so; other interfaces keep their own',
          },
          {
            path: `ipv4/conf/${bridge}/send_redirects`,
            value: '0',
            why: 'pods must go on sending through the host, not straight to each other',
          },
          {
            path: `ipv4/conf/${bridge}/rp_filter`,
            value: '2',
            why: 'a pod answers on another path than it was asked',
          },
        ]
      : []),
    ...(v6
      ? [
          ...uplinksThatAcceptRa.map((uplink) => ({
            path: `ipv6/conf/${uplink}/accept_ra`,
            value: '2',
            why: 'a forwarding host would ignore the router advertisements that it lives by',
          })),
          {
            path: 'ipv6/conf/all/forwarding',
            value: '1',
            why: 'pods reach each other and the world through this host',
          },
          {
            path: `ipv6/conf/${bridge}/accept_ra`,
            value: '0',
            why: 'no pod may become the router of its host',
          },
        ]
      : []),
  ];
};
