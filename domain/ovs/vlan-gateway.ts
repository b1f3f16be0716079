import type { Bridge, Port, PortSeen } from '../port/switch.ts';
import type { Vlan } from '../vlan.ts';

/** The interface through which the host reaches a VLAN's pods, by the bridge plugin's name for it. */
export const vlanInterface = (bridge: string, vlan: Vlan): string => `${bridge}.${vlan}`;

/** What tells a VLAN's gateway from a pod's port, among those of ours. */
const mark = 'gateway-of-vlan';

/**
 * The port that is a VLAN's gateway: an interface of the switch's own, in that VLAN. It has the bridge's MAC, which pods of all VLANs
 * know the gateway by. What it was made with stands in its marks, so that it can be told when it should be otherwise.
 */
export const vlanPort = ({ name: bridge, hwaddr: mac, mtu }: Bridge, vlan: Vlan): Port => ({
  bridge,
  name: vlanInterface(bridge, vlan),
  protected: false,
  guarded: false,
  vlan,
  internal: { mac, mtu },
  externalIds: { [mark]: String(vlan), mac, mtu: String(mtu) },
});

export const isVlanGateway = ({ externalIds }: Pick<PortSeen, 'externalIds'>): boolean =>
  externalIds[mark] !== undefined;

/** Whose gateway it is, as its mark says. */
export const gatewayVlan = ({ externalIds }: Pick<PortSeen, 'externalIds'>): Vlan =>
  Number(externalIds[mark]);

/** Whether the port is there as it should be, and the switch forwards for it. */
export const isVlanPort = (wanted: Port, seen: PortSeen | undefined): seen is PortSeen =>
  seen !== undefined &&
  seen.bridge === wanted.bridge &&
  seen.ofport !== undefined &&
  seen.tag === wanted.vlan &&
  Object.entries(wanted.externalIds).every(([key, value]) => seen.externalIds[key] === value);

/** The numbers of the VLANs' gateways that forward, by VLAN. */
export const vlanGateways = (ports: ReadonlyArray<PortSeen>): ReadonlyMap<Vlan, number> =>
  new Map(
    ports.flatMap((port) =>
      isVlanGateway(port) && port.tag !== undefined && port.ofport !== undefined
        ? [[port.tag, port.ofport] as const]
        : [],
    ),
  );
