import type { Json } from '../canonical-json.ts';
import type { PodAdded } from '../host/events.ts';
import type { HostState, Lease } from '../host/state.ts';
import type { Cidr } from '../ip/cidr.ts';
import {
  type BridgeOptions,
  bridgeOf,
  gatewayInterface,
  interfaceSettings,
  masqueradeOf,
  settingsOf,
  vlanGateway,
} from '../kernel/node-network.ts';
import { podRoutes, vlansOf } from '../kernel/pod-routes.ts';
import { podWiring } from '../kernel/wiring.ts';
import { podPort } from '../ovs/port.ts';
import { vlanPort } from '../ovs/vlan-gateway.ts';
import type { Ids } from '../port/ids.ts';
import type { PodWiring } from '../port/kernel.ts';
import type { Vlan } from '../vlan.ts';

/** What of a node its log does not say: how its agent was told to run. */
export type HostOptions = {
  readonly bridge: BridgeOptions;
  readonly antiSpoofing: boolean;
  readonly masqueradeExclude: ReadonlyArray<Cidr>;
};

/** In the pod: the gateway on-link, all else through it. */
const routesOf = ({ gateways, ifname }: PodWiring): Json =>
  gateways.flatMap((gateway) => [
    { destination: `${gateway}/${gateway.includes(':') ? 128 : 32}`, device: ifname, scope: 'link' },
    { destination: gateway.includes(':') ? '::/0' : '0.0.0.0/0', device: ifname, via: gateway },
  ]);

const pod = (
  ids: Pick<Ids, 'derive'>,
  lease: Lease,
  { bridge, antiSpoofing }: HostOptions,
  added: PodAdded,
): Json => {
  const checksumOffload = bridge.datapathType === 'system';
  const wiring = podWiring(added, lease.subnets, { checksumOffload });
  // The id of the event, as every agent makes it: the first of its command.
  const marks = { bridge: bridge.name, guarded: antiSpoofing };
  const { guarded, ...port } = podPort(marks, added, ids.derive(added.commandId, '0'));
  const hostRoutes = podRoutes(bridge.name, added);
  return {
    wiring,
    routes: routesOf(wiring),
    ...(hostRoutes.length === 0 ? {} : { hostRoutes }),
    port: { ...port, ...(guarded ? { guarded } : {}) },
  };
};

/** A VLAN's gateway: the switch's port, what the kernel has on it, and its settings. */
const vlanOf = (lease: Lease, { bridge }: HostOptions, vlan: Vlan): Json => {
  const { guarded: _, ...port } = vlanPort(bridgeOf(lease, bridge), vlan);
  const gateway = vlanGateway(lease, bridge, vlan);
  const settings = interfaceSettings(lease, gateway.name).map(({ path, value }) => ({ path, value }));
  return { vlan, port, gateway, settings };
};

/**
 * What switch and kernel of one host should have, as its agent derives it: bridge, gateway, settings and masquerade of the lease;
 * VLANs' gateways; port, links and routes of each attached pod. Nothing without a lease. Which uplinks listen to router advertisements only the
 * machine knows, so their settings are not here.
 */
export const desiredHost = (
  ids: Pick<Ids, 'derive'>,
  { lease, fence }: Readonly<HostState>,
  attached: ReadonlyArray<PodAdded>,
  options: HostOptions,
): { readonly [key: string]: Json | undefined } => {
  if (lease === undefined) return {};
  const vlans = vlansOf(attached);
  return {
    lease: { hostAddress: lease.hostAddress, subnets: lease.subnets, fenced: fence },
    bridge: bridgeOf(lease, options.bridge),
    gateway: gatewayInterface(lease, options.bridge),
    masquerade: masqueradeOf(lease, options.masqueradeExclude),
    settings: settingsOf(lease, options.bridge.name, []).map(({ path, value }) => ({ path, value })),
    ...(vlans.length === 0 ? {} : { vlans: vlans.map((vlan) => vlanOf(lease, options, vlan)) }),
    pods: attached.map((added) => pod(ids, lease, options, added)),
  };
};
