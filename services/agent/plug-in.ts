import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { Attachment, Lease } from '../../domain/host/state.ts';
import type { Flow, OpenFlowPort } from '../../domain/ovs/flow.ts';
import { podFlows } from '../../domain/ovs/pod-flows.ts';
import { podPort } from '../../domain/ovs/port.ts';
import { vlanGateways, vlanInterface } from '../../domain/ovs/vlan-gateway.ts';
import type { Port, PortAdded } from '../../domain/port/switch.ts';
import { eventId } from '../seal-events.ts';
import type { AgentConfiguration } from './configuration.ts';
import { guard, unguard } from './guard.ts';
import { describeNodeNetworkFailure, ensureGatewayBridge } from './node-network.ts';
import type { AgentPorts } from './ports.ts';
import { stillWanted } from './still-wanted.ts';

export type PlugPorts = Pick<
  AgentPorts,
  'kernel' | 'switch' | 'settings' | 'flows' | 'ids' | 'log' | 'metrics'
>;

const portOf = (
  { ids }: Pick<AgentPorts, 'ids'>,
  { bridge, antiSpoofing }: AgentConfiguration,
  attachment: Omit<Attachment, 'status'>,
): Port =>
  podPort({ bridge: bridge.name, guarded: antiSpoofing }, attachment, eventId(ids, attachment.commandId, 0));

/** Where the host is to the pod: the bridge's own interface, or its VLAN's, which was made before. */
const gatewayOf = async (
  { switch: ovs }: Pick<AgentPorts, 'switch'>,
  { bridge, antiSpoofing }: AgentConfiguration,
  { vlan }: Omit<Attachment, 'status'>,
): Promise<E.Either<Refusal, OpenFlowPort>> => {
  if (vlan === undefined || !antiSpoofing) return E.right('local');
  const seen = await ovs.ports()();
  if (E.isLeft(seen)) return seen;
  const number = vlanGateways(seen.right.filter((port) => port.bridge === bridge.name)).get(vlan);
  return number === undefined
    ? E.left({ type: 'link-missing', name: vlanInterface(bridge.name, vlan) })
    : E.right(number);
};

/**
 * Where somebody took the bridge away, it is made again first: this ADD cannot wait for the next reconciliation. Taking the
 * port out again ends the wait for a switch that does not answer, so a DEL need not sit through it.
 */
const plugIn = async (
  ports: PlugPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  port: Port,
  giveUp: AbortSignal,
  waiting: () => void,
): Promise<E.Either<Refusal, PortAdded>> => {
  const { switch: ovs } = ports;
  let takenOut: Promise<unknown> = Promise.resolve();
  const takeOut = (): void => {
    takenOut = ovs.removePort(port.name)();
  };
  giveUp.addEventListener('abort', takeOut);
  try {
    const plugged = await ovs.addPort(port, configuration.switchTimeoutMs, waiting)();
    // With the bridge a VLAN's gateway went, whose number this pod's flows name: that ADD is undone, and asked again.
    if (E.isRight(plugged) || plugged.left.type !== 'bridge-missing' || port.vlan !== undefined)
      return plugged;
    const made = await ensureGatewayBridge(ports, configuration, lease);
    if (E.isLeft(made))
      return made.left.type === 'setting-failed'
        ? E.left({ type: 'halted', reason: describeNodeNetworkFailure(made.left) })
        : E.left(made.left);
    const wanted = stillWanted(giveUp);
    return E.isLeft(wanted) ? wanted : await ovs.addPort(port, configuration.switchTimeoutMs, waiting)();
  } finally {
    giveUp.removeEventListener('abort', takeOut);
    await takenOut;
  }
};

/** A port, and the flows that open it, by its number. */
export type Guarded = { readonly port: Port; readonly flows: (ofport: number) => ReadonlyArray<Flow> };

/**
 * The port, and with anti-spoofing the flows that open it. They name it by a number that it asks for, and so
 * need not wait until the switch has it; they are written again for the number that it got, where that is another. `waiting` is called
 * when only the switch is waited for.
 */
export const plugInWith = async (
  ports: PlugPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  { port, flows }: Guarded,
  giveUp: AbortSignal,
  waiting: () => void,
): Promise<E.Either<Refusal, PortAdded>> => {
  if (!configuration.antiSpoofing) return plugIn(ports, configuration, lease, port, giveUp, waiting);
  const spare = await ports.switch.spareNumber()();
  if (E.isLeft(spare)) return spare;
  const number = spare.right;
  let early: ReturnType<typeof guard> | undefined;
  const plugged = await plugIn(ports, configuration, lease, { ...port, number }, giveUp, () => {
    waiting();
    early = guard(ports, flows(number), giveUp);
  });
  const written = await early;
  if (E.isLeft(plugged)) return plugged;
  const { ofport } = plugged.right;
  if (ofport === number && written !== undefined && E.isRight(written)) return plugged;
  if (ofport !== number) unguard(ports, port.name);
  const again = await guard(ports, flows(ofport), giveUp);
  return E.isLeft(again) ? again : plugged;
};

/** The port of an attachment, and the flows for its own traffic. */
export const plugInAndOpen = async (
  ports: PlugPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  attachment: Omit<Attachment, 'status'>,
  giveUp: AbortSignal,
  waiting: () => void = () => undefined,
): Promise<E.Either<Refusal, PortAdded>> => {
  const gateway = await gatewayOf(ports, configuration, attachment);
  if (E.isLeft(gateway)) return gateway;
  const guarded: Guarded = {
    port: portOf(ports, configuration, attachment),
    flows: (ofport) => podFlows(attachment, ofport, gateway.right),
  };
  return plugInWith(ports, configuration, lease, guarded, giveUp, waiting);
};
