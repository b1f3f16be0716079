import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { Attachment, Lease } from '../../domain/host/state.ts';
import { bridgeOf, vlanGateway } from '../../domain/kernel/node-network.ts';
import { podRoutes, vlansOf } from '../../domain/kernel/pod-routes.ts';
import { isVlanGateway, isVlanPort, vlanInterface, vlanPort } from '../../domain/ovs/vlan-gateway.ts';
import type { SettingsFailure } from '../../domain/port/settings.ts';
import type { Port, PortSeen } from '../../domain/port/switch.ts';
import type { Vlan } from '../../domain/vlan.ts';
import type { AgentConfiguration } from './configuration.ts';
import { ensureGatewayBridge, ensureInterface, ensureOwnSettings } from './node-network.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Readiness } from './readiness.ts';
import type { Turns } from './turns.ts';

export type VlanPorts = Pick<AgentPorts, 'switch' | 'kernel' | 'settings' | 'timer' | 'log' | 'metrics'>;

/** ovs-vswitchd may hold on for a moment to a link of its own that is gone, and take it for the one that it is asked for. */
const attempts = 5;
const pauseMs = 100;

type VlanNode = {
  readonly ports: Pick<AgentPorts, 'switch' | 'log'>;
  readonly configuration: AgentConfiguration;
  readonly host: Pick<Host, 'state'>;
  readonly turns: Turns;
  readonly readiness: Pick<Readiness, 'unadopted'>;
};

export type VlanFailure = Refusal | SettingsFailure;

/** What concerns one VLAN's gateway happens one after the other. No attachment's key has a space in it. */
export const turnOf = (vlan: Vlan): string => `vlan ${vlan}`;

export const isTurnOfVlan = (key: string): boolean => key.startsWith('vlan ');

/** Plugs the gateway in, anew where it is there; the bridge first, where somebody took it away. */
const plugGateway = async (
  ports: VlanPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  wanted: Port,
): Promise<E.Either<VlanFailure, void>> => {
  const plug = ports.switch.addPort(wanted, configuration.switchTimeoutMs);
  let added = await plug();
  if (E.isLeft(added) && added.left.type === 'bridge-missing') {
    const made = await ensureGatewayBridge(ports, configuration, lease);
    if (E.isLeft(made)) return made;
    added = await plug();
  }
  if (E.isLeft(added)) return added;
  ports.log.info('the gateway of a VLAN was plugged in', { port: wanted.name });
  return E.right(undefined);
};

const isMissing = (ensured: E.Either<VlanFailure, void>): boolean =>
  E.isLeft(ensured) && ensured.left.type === 'link-missing';

/** A VLAN's gateway: the switch's interface in it, what the kernel has on it, and its settings. In its turn. */
export const ensureVlanGateway = async (
  ports: VlanPorts,
  configuration: AgentConfiguration,
  lease: Lease,
  vlan: Vlan,
): Promise<E.Either<VlanFailure, void>> => {
  const { bridge } = configuration;
  const wanted = vlanPort(bridgeOf(lease, bridge), vlan);
  const plug = () => plugGateway(ports, configuration, lease, wanted);
  const ensure = async (): Promise<E.Either<VlanFailure, void>> => {
    const set = await ensureOwnSettings(ports, lease, wanted.name);
    return E.isLeft(set) ? set : ensureInterface(ports, vlanGateway(lease, bridge, vlan));
  };
  const seen = await ports.switch.ports()();
  if (E.isLeft(seen)) return seen;
  const there = seen.right.find(({ name }) => name === wanted.name);
  const plugged = isVlanPort(wanted, there) ? E.right(undefined) : await plug();
  if (E.isLeft(plugged)) return plugged;
  let ensured = await ensure();
  // The switch does not miss a link of its own that somebody deleted.
  for (let tries = 1; tries < attempts && isMissing(ensured); tries += 1) {
    const removed = await ports.switch.removePort(wanted.name)();
    if (E.isLeft(removed)) return removed;
    await ports.timer.sleep(tries * pauseMs);
    const again = await plug();
    if (E.isLeft(again)) return again;
    ensured = await ensure();
  }
  return ensured;
};

/** The gateway of an attachment's VLAN, and the host's routes through it: before its port is plugged in. Nothing where it is in none. */
export const ensureVlanOf = async (
  ports: VlanPorts,
  configuration: AgentConfiguration,
  turns: Turns,
  lease: Lease,
  attachment: Pick<Attachment, 'addresses' | 'vlan'>,
): Promise<E.Either<VlanFailure, void>> => {
  const { vlan } = attachment;
  if (vlan === undefined) return E.right(undefined);
  return turns.take(turnOf(vlan), async (): Promise<E.Either<VlanFailure, void>> => {
    const ensured = await ensureVlanGateway(ports, configuration, lease, vlan);
    if (E.isLeft(ensured)) return ensured;
    return ports.kernel.addPodRoutes(podRoutes(configuration.bridge.name, attachment))();
  });
};

/** VLANs' gateways of ours on the bridge, by their names. */
export const gatewaysHere = (
  { bridge }: AgentConfiguration,
  seen: ReadonlyArray<PortSeen>,
): ReadonlyArray<PortSeen> => seen.filter((port) => port.bridge === bridge.name && isVlanGateway(port));

/** Takes the VLAN's gateway away unless an attachment is in it; in its turn, and looked at there. */
export const removeUnused = (
  { switch: ovs, log }: Pick<AgentPorts, 'switch' | 'log'>,
  { bridge }: AgentConfiguration,
  host: Pick<Host, 'state'>,
  turns: Turns,
  vlan: Vlan,
): Promise<E.Either<Refusal, void>> =>
  turns.take(turnOf(vlan), async () => {
    if (vlansOf(host.state().attachments.values()).includes(vlan)) return E.right(undefined);
    const port = vlanInterface(bridge.name, vlan);
    const seen = await ovs.ports()();
    if (E.isLeft(seen)) return seen;
    if (!seen.right.some((one) => one.name === port && isVlanGateway(one))) return E.right(undefined);
    const removed = await ovs.removePort(port)();
    if (E.isRight(removed)) log.info('the gateway of a VLAN without pods was taken away', { vlan, port });
    return removed;
  });

/**
 * Behind the end of attachments that were in these VLANs: those that nobody is in any more lose their gateways. Not while a live link is
 * not in the log: its pod may be in one. What cannot be done now is left for the next reconciliation.
 */
export const leaveVlans = async (
  { ports, configuration, host, turns, readiness }: VlanNode,
  vlans: ReadonlyArray<Vlan>,
): Promise<void> => {
  if (readiness.unadopted?.length !== 0) return;
  const used = vlansOf(host.state().attachments.values());
  for (const vlan of vlans.filter((one) => !used.includes(one))) {
    const left = await removeUnused(ports, configuration, host, turns, vlan);
    if (E.isLeft(left))
      ports.log.warn("a VLAN's gateway is left for the next reconciliation", { vlan, failure: left.left });
  }
};

/** No VLAN has a gateway any more: with the lease its addresses were given back. */
export const removeVlans = async (
  { switch: ovs }: Pick<AgentPorts, 'switch'>,
  configuration: AgentConfiguration,
): Promise<E.Either<Refusal, void>> => {
  const seen = await ovs.ports()();
  if (E.isLeft(seen)) return seen;
  for (const { name } of gatewaysHere(configuration, seen.right)) {
    const removed = await ovs.removePort(name)();
    if (E.isLeft(removed)) return removed;
  }
  return E.right(undefined);
};
