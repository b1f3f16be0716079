import { gatewayOf } from '../host/choose-address.ts';
import type { Lease } from '../host/state.ts';
import { type Cidr, prefixLength } from '../ip/cidr.ts';
import { vlanInterface } from '../ovs/vlan-gateway.ts';
import type { Masquerade } from '../port/firewall.ts';
import type { GatewayInterface } from '../port/kernel.ts';
import type { Bridge } from '../port/switch.ts';
import type { Vlan } from '../vlan.ts';
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

/** The same addresses on a VLAN's interface, alone: its pods know the gateway by them, and no subnet lies there but by the routes to each pod. */
export const vlanGateway = (lease: Lease, { name, mtu }: BridgeOptions, vlan: Vlan): GatewayInterface => ({
  name: vlanInterface(name, vlan),
  addresses: lease.subnets.map(gatewayOf).map((gateway) => `${gateway}/${gateway.includes(':') ? 128 : 32}`),
  mtu,
});

const multicast: ReadonlyArray<string> = ['224.0.0.0/4', 'ff00::/8'];

/** Pods reach each other, the nodes and what the operator excludes under their own address; all else under the node's. */
export const masqueradeOf = (lease: Lease, exclude: ReadonlyArray<Cidr>): Masquerade => ({
  sources: lease.subnets,
  except: [...lease.podCidrs, lease.hostCidr, ...multicast, ...exclude],
});

export type Setting = { readonly path: string; readonly value: string; readonly why: string };

const families = ({ subnets }: Lease): { readonly v4: boolean; readonly v6: boolean } => ({
  v4: subnets.some((subnet) => !subnet.includes(':')),
  v6: subnets.some((subnet) => subnet.includes(':')),
});

const settings4 = (name: string): ReadonlyArray<Setting> => [
  {
    path: `ipv4/conf/${name}/send_redirects`,
    value: '0',
    why: 'pods must go on sending through the host, not straight to each other',
  },
  {
    path: `ipv4/conf/${name}/rp_filter`,
    value: '2',
    why: 'a pod answers on another path than it was asked',
  },
];

const settings6 = (name: string): ReadonlyArray<Setting> => [
  { path: `ipv6/conf/${name}/accept_ra`, value: '0', why: 'no pod may become the router of its host' },
];

/** Those of an interface that pods are behind: the bridge's own, or a VLAN's. */
export const interfaceSettings = (lease: Lease, name: string): ReadonlyArray<Setting> => {
  const { v4, v6 } = families(lease);
  return [...(v4 ? settings4(name) : []), ...(v6 ? settings6(name) : [])];
};

/**
 * The kernel settings that routed pods need. A host that forwards IPv6 ignores router advertisements unless `accept_ra` is 2
 * (Linux ip-sysctl), so the uplinks that listen now must go on listening.
 */
export const settingsOf = (
  lease: Lease,
  bridge: string,
  uplinksThatAcceptRa: ReadonlyArray<string>,
): ReadonlyArray<Setting> => {
  const { v4, v6 } = families(lease);
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
          ...settings4(bridge),
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
          ...settings6(bridge),
        ]
      : []),
  ];
};
