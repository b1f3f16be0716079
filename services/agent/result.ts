import type { CniResult } from '../../domain/cni/result.ts';
import { addressesOf } from '../../domain/host/state.ts';
import { addressBits, family } from '../../domain/ip/address.ts';
import { vlanInterface } from '../../domain/ovs/vlan-gateway.ts';
import type { Added } from './add.ts';
import type { Prepared } from './prepared-pods.ts';

export type Admission = { readonly gateways: ReadonlyArray<string>; readonly prepared: Prepared | undefined };

const anywhere = (gateway: string): string => (gateway.includes(':') ? '::/0' : '0.0.0.0/0');

/** The way out that every pod has. */
const routesBy = (gateways: ReadonlyArray<string>): Pick<CniResult, 'routes'> => ({
  routes: gateways.map((gateway) => ({ dst: anywhere(gateway), gw: gateway })),
});

/** What an ADD that is admitted is told of: the way out, and the interface that was prepared for it, if any. */
export const admissionOf = ({ gateways, prepared }: Admission): CniResult => ({
  ...(prepared === undefined
    ? {}
    : { interfaces: [{ name: prepared.ifname, mac: prepared.mac, sandbox: prepared.netns.path }] }),
  ...routesBy(gateways),
});

/**
 * What CNI wants to know of an attachment: bridge, host end and container end, in that order, then its VLAN's gateway; addresses as /32 and /128, for
 * a pod reaches even its neighbours through the gateway.
 */
export const resultOf = (bridge: string, { attachment, wiring }: Added): CniResult => ({
  interfaces: [
    { name: bridge },
    { name: wiring.hostIfname, mac: wiring.hostMac, mtu: wiring.mtu },
    { name: wiring.ifname, mac: wiring.podMac, mtu: wiring.mtu, sandbox: wiring.netnsPath },
    ...(attachment.vlan === undefined ? [] : [{ name: vlanInterface(bridge, attachment.vlan) }]),
  ],
  ips: addressesOf(attachment).map((address) => ({
    address: `${address}/${addressBits(family(address))}`,
    ...gatewayFor(wiring.gateways, family(address) === 6),
    interface: 2,
  })),
  ...routesBy(wiring.gateways),
});

const gatewayFor = (gateways: ReadonlyArray<string>, v6: boolean): { readonly gateway?: string } => {
  const gateway = gateways.find((candidate) => candidate.includes(':') === v6);
  return gateway === undefined ? {} : { gateway };
};
