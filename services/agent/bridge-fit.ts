import { isInterfaceName } from '../../domain/cni/names.ts';
import { type Refusal, toCniError } from '../../domain/cni/refusal.ts';
import type { StatusRequest } from '../../domain/cni/request.ts';
import type { Lease } from '../../domain/host/state.ts';
import { vlanInterface } from '../../domain/ovs/vlan-gateway.ts';
import { trunkText } from '../../domain/trunk.ts';
import type { Trunk, Vlan } from '../../domain/vlan.ts';
import type { AgentConfiguration } from './configuration.ts';

type Bridge = Pick<AgentConfiguration, 'bridge'>;

/** A configuration that names another bridge than the agent's. */
export const wrongBridge = ({ bridge }: Bridge, asked: string | undefined): Refusal | undefined =>
  asked === undefined || asked === bridge.name
    ? undefined
    : { type: 'wrong-bridge', asked, bridge: bridge.name };

/** A VLAN whose gateway's interface would have a name that the kernel does not take. */
export const wrongVlan = ({ bridge }: Bridge, vlan: Vlan | undefined): Refusal | undefined => {
  if (vlan === undefined) return undefined;
  const name = vlanInterface(bridge.name, vlan);
  return isInterfaceName(name) ? undefined : { type: 'vlan-unnameable', vlan, name };
};

/** A trunk, where a pod may only send from its own MAC and addresses. */
export const wrongTrunk = (
  { antiSpoofing }: Pick<AgentConfiguration, 'antiSpoofing'>,
  trunk: Trunk | undefined,
): Refusal | undefined =>
  trunk === undefined || !antiSpoofing ? undefined : { type: 'trunk-guarded', trunk: trunkText(trunk) };

const minimumMtu = (lease: Lease): number =>
  lease.subnets.some((subnet) => subnet.includes(':')) ? 1280 : 68;

/** Frames larger than the bridge carries, or smaller than the leased families need; before there is a lease nobody knows. */
export const wrongMtu = ({ bridge }: Bridge, lease: Lease | undefined, asked: number): Refusal | undefined =>
  lease === undefined || (asked <= bridge.mtu && asked >= minimumMtu(lease))
    ? undefined
    : { type: 'wrong-mtu', asked, atLeast: minimumMtu(lease), atMost: bridge.mtu };

/** Why every ADD of a configuration would be refused, whatever the node's state, and what helps; in words. */
export const misfits = (
  configuration: Bridge & Pick<AgentConfiguration, 'antiSpoofing'>,
  lease: Lease | undefined,
  {
    bridge,
    mtu = configuration.bridge.mtu,
    vlan,
    trunk,
  }: Pick<StatusRequest, 'bridge' | 'mtu' | 'vlan' | 'trunk'>,
): ReadonlyArray<string> =>
  [
    wrongBridge(configuration, bridge),
    wrongMtu(configuration, lease, mtu),
    wrongVlan(configuration, vlan),
    wrongTrunk(configuration, trunk),
  ].flatMap((refusal) => {
    if (refusal === undefined) return [];
    const { msg, details } = toCniError(refusal);
    return [`${msg}: ${details}`];
  });
