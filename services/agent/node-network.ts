import { either as E } from 'fp-ts';
import { type Refusal, toCniError } from '../../domain/cni/refusal.ts';
import type { Lease } from '../../domain/host/state.ts';
import { bridgeOf, gatewayInterface, masqueradeOf, settingsOf } from '../../domain/kernel/node-network.ts';
import { type SettingChange, settingChanges } from '../../domain/kernel/setting-changes.ts';
import { listensToRouters, uplinksAmong } from '../../domain/kernel/uplinks.ts';
import type { FirewallFailure } from '../../domain/port/firewall.ts';
import type { SettingsFailure } from '../../domain/port/settings.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts } from './ports.ts';

export type NodeNetworkFailure = Refusal | FirewallFailure | SettingsFailure;

/** The one place where such a failure becomes words. */
export const describeNodeNetworkFailure = (failure: NodeNetworkFailure): string => {
  switch (failure.type) {
    case 'firewall-failed':
      return `the masquerade rules could not be set: ${failure.reason}`;
    case 'setting-failed':
      return `the kernel setting ${failure.path} could not be set: ${failure.reason}`;
    default:
      return toCniError(failure).msg;
  }
};

type NodePorts = Pick<AgentPorts, 'switch' | 'kernel' | 'settings' | 'firewall' | 'log' | 'metrics'>;
type GatewayPorts = Pick<AgentPorts, 'kernel' | 'log' | 'metrics'>;

/** Uplinks that configure themselves by router advertisements now. */
const listeningUplinks = async (
  { settings }: Pick<AgentPorts, 'settings'>,
  bridge: string,
): Promise<E.Either<SettingsFailure, ReadonlyArray<string>>> => {
  const interfaces = await settings.interfaces('ipv6')();
  if (E.isLeft(interfaces)) return interfaces;
  const uplinks: string[] = [];
  for (const name of uplinksAmong(interfaces.right, bridge)) {
    const acceptRa = await settings.read(`ipv6/conf/${name}/accept_ra`)();
    if (E.isLeft(acceptRa)) return acceptRa;
    const forwarding = await settings.read(`ipv6/conf/${name}/forwarding`)();
    if (E.isLeft(forwarding)) return forwarding;
    if (listensToRouters({ acceptRa: acceptRa.right, forwarding: forwarding.right })) uplinks.push(name);
  }
  return E.right(uplinks);
};

/** The gateway's interface, addresses and routes; says what of it somebody had taken. */
export const ensureGateway = async (
  { kernel, log, metrics }: GatewayPorts,
  { bridge }: AgentConfiguration,
  lease: Lease,
): Promise<E.Either<Refusal, void>> => {
  const ensured = await kernel.ensureGateway(gatewayInterface(lease, bridge))();
  if (E.isLeft(ensured)) return ensured;
  if (ensured.right.length > 0) {
    log.info('the gateway was set right', { bridge: bridge.name, differences: ensured.right });
    metrics?.record('repairs', 1, { what: 'gateway' });
  }
  return E.right(undefined);
};

/** The bridge, and the gateway addresses on it: what a pod's port needs first. */
export const ensureGatewayBridge = async (
  ports: GatewayPorts & Pick<AgentPorts, 'switch'>,
  configuration: AgentConfiguration,
  lease: Lease,
): Promise<E.Either<Refusal, void>> => {
  const made = await ports.switch.ensureBridge(bridgeOf(lease, configuration.bridge))();
  return E.isLeft(made) ? made : ensureGateway(ports, configuration, lease);
};

/** Takes back what `ensureNodeNetwork` made, but for the bridge and the kernel's settings: others may lean on these by now. */
export const removeNodeNetwork = async (
  { kernel, firewall }: Pick<AgentPorts, 'kernel' | 'firewall'>,
  { bridge: { name, mtu } }: AgentConfiguration,
): Promise<E.Either<NodeNetworkFailure, void>> => {
  const gateway = await kernel.ensureGateway({ name, mtu, addresses: [] })();
  return E.isLeft(gateway) && gateway.left.type !== 'link-missing' ? gateway : firewall.remove()();
};

/** The kernel settings that pods need and that are otherwise now. */
export const wrongSettings = async (
  ports: Pick<AgentPorts, 'settings'>,
  { bridge }: AgentConfiguration,
  lease: Lease,
): Promise<E.Either<SettingsFailure, ReadonlyArray<SettingChange>>> => {
  const uplinks = await listeningUplinks(ports, bridge.name);
  if (E.isLeft(uplinks)) return uplinks;
  const needed = settingsOf(lease, bridge.name, uplinks.right);
  const actual = new Map<string, string | undefined>();
  for (const { path } of needed) {
    const now = await ports.settings.read(path)();
    if (E.isLeft(now)) return now;
    actual.set(path, now.right);
  }
  return E.right(settingChanges(needed, actual));
};

/**
 * What all pods of the node share: the bridge, the gateway addresses on it, the kernel settings, the masquerade. Makes it so
 * where it is not; says which setting it changed and why. Safe to call at any time.
 */
export const ensureNodeNetwork = async (
  ports: NodePorts,
  configuration: AgentConfiguration,
  lease: Lease,
): Promise<E.Either<NodeNetworkFailure, void>> => {
  const gateway = await ensureGatewayBridge(ports, configuration, lease);
  if (E.isLeft(gateway)) return gateway;
  const wrong = await wrongSettings(ports, configuration, lease);
  if (E.isLeft(wrong)) return wrong;
  for (const { path, value, why, now } of wrong.right) {
    const written = await ports.settings.write(path, value)();
    if (E.isLeft(written)) return written;
    ports.log.info('kernel setting changed', { setting: path, from: now, to: value, why });
  }
  const masquerade = masqueradeOf(lease, configuration.masqueradeExclude);
  const differences = await ports.firewall.inspect(masquerade)();
  if (E.isLeft(differences)) return differences;
  if (differences.right.length === 0) return E.right(undefined);
  const replaced = await ports.firewall.replace(masquerade)();
  if (E.isLeft(replaced)) return replaced;
  ports.log.info('our nftables table was written', { ...masquerade, differences: differences.right });
  ports.metrics?.record('repairs', 1, { what: 'rules' });
  return replaced;
};
