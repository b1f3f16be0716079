import type { Json } from '../canonical-json.ts';
import type { PodAdded } from '../host/events.ts';
import type { HostState, Lease } from '../host/state.ts';
import type { Cidr } from '../ip/cidr.ts';
import {
  type BridgeOptions,
  bridgeOf,
  gatewayInterface,
  masqueradeOf,
  settingsOf,
} from '../kernel/node-network.ts';
import { podWiring } from '../kernel/wiring.ts';
import { podPort } from '../ovs/port.ts';
import type { Ids } from '../port/ids.ts';
import type { PodWiring } from '../port/kernel.ts';

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
  return { wiring, routes: routesOf(wiring), port: { ...port, ...(guarded ? { guarded } : {}) } };
};

/**
 * What switch and kernel of one host should have, as its agent derives it: bridge, gateway, settings and masquerade of the lease;
 * port, links and routes of each attached pod. Nothing without a lease. Which uplinks listen to router advertisements only the
 * machine knows, so their settings are not here.
 */
export const desiredHost = (
  ids: Pick<Ids, 'derive'>,
  { lease, fence }: Readonly<HostState>,
  attached: ReadonlyArray<PodAdded>,
  options: HostOptions,
): { readonly [key: string]: Json | undefined } =>
  lease === undefined
    ? {}
    : {
        lease: { hostAddress: lease.hostAddress, subnets: lease.subnets, fenced: fence },
        bridge: bridgeOf(lease, options.bridge),
        gateway: gatewayInterface(lease, options.bridge),
        masquerade: masqueradeOf(lease, options.masqueradeExclude),
        settings: settingsOf(lease, options.bridge.name, []).map(({ path, value }) => ({ path, value })),
        pods: attached.map((added) => pod(ids, lease, options, added)),
      };
