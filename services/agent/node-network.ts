import { either as E } from 'fp-ts';
import { type Refusal, toCniError } from '../../domain/cni/refusal.ts';
import type { Lease } from '../../domain/host/state.ts';
import {
  bridgeOf,
  gatewayInterface,
  interfaceSettings,
  masqueradeOf,
  type Setting,
  settingsOf,
} from '../../domain/kernel/node-network.ts';
import { type SettingChange, settingChanges } from '../../domain/kernel/setting-changes.ts';
import {
  laterLinks,
  toldToListen,
  type Uplink,
  type UplinkSettings,
  uplinksAmong,
} from '../../domain/kernel/uplinks.ts';
import type { FirewallFailure } from '../../domain/port/firewall.ts';
import type { GatewayInterface } from '../../domain/port/kernel.ts';
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

const uplinkSettings = async (
  { settings }: Pick<AgentPorts, 'settings'>,
  name: string,
): Promise<E.Either<SettingsFailure, UplinkSettings>> => {
  const acceptRa = await settings.read(`ipv6/conf/${name}/accept_ra`)();
  if (E.isLeft(acceptRa)) return acceptRa;
  const forwarding = await settings.read(`ipv6/conf/${name}/forwarding`)();
  return E.map((now: string | undefined) => ({ acceptRa: acceptRa.right, forwarding: now }))(forwarding);
};

/** Uplinks that configure themselves by router advertisements and would stop; with them those that come later, where they would listen but for us. */
const listeningUplinks = async (
  ports: Pick<AgentPorts, 'settings'>,
  bridge: string,
): Promise<E.Either<SettingsFailure, ReadonlyArray<string>>> => {
  const interfaces = await ports.settings.interfaces('ipv6')();
  if (E.isLeft(interfaces)) return interfaces;
  const later = await uplinkSettings(ports, laterLinks);
  if (E.isLeft(later)) return later;
  const uplinks: Uplink[] = [];
  for (const name of uplinksAmong(interfaces.right, bridge)) {
    const now = await uplinkSettings(ports, name);
    if (E.isLeft(now)) return now;
    uplinks.push({ name, ...now.right });
  }
  return E.right(toldToListen(later.right, uplinks));
};

/** An interface that pods have for their gateway, its addresses and routes; says what of it somebody had taken. */
export const ensureInterface = async (
  { kernel, log, metrics }: GatewayPorts,
  gateway: GatewayInterface,
): Promise<E.Either<Refusal, void>> => {
  const ensured = await kernel.ensureGateway(gateway)();
  if (E.isLeft(ensured)) return ensured;
  if (ensured.right.length > 0) {
    log.info('the gateway was set right', { bridge: gateway.name, differences: ensured.right });
    metrics?.record('repairs', 1, { what: 'gateway' });
  }
  return E.right(undefined);
};

/** The bridge's own. */
export const ensureGateway = (
  ports: GatewayPorts,
  { bridge }: AgentConfiguration,
  lease: Lease,
): Promise<E.Either<Refusal, void>> => ensureInterface(ports, gatewayInterface(lease, bridge));

/** Takes back what `ensureNodeNetwork` made, but for the bridge and the kernel's settings: others may lean on these by now. */
export const removeNodeNetwork = async (
  { kernel, firewall }: Pick<AgentPorts, 'kernel' | 'firewall'>,
  { bridge: { name, mtu } }: AgentConfiguration,
): Promise<E.Either<NodeNetworkFailure, void>> => {
  const gateway = await kernel.ensureGateway({ name, mtu, addresses: [] })();
  return E.isLeft(gateway) && gateway.left.type !== 'link-missing' ? gateway : firewall.remove()();
};

/** Those of the settings that are otherwise now. */
export const wrongAmong = async (
  { settings }: Pick<AgentPorts, 'settings'>,
  needed: ReadonlyArray<Setting>,
): Promise<E.Either<SettingsFailure, ReadonlyArray<SettingChange>>> => {
  const actual = new Map<string, string | undefined>();
  for (const { path } of needed) {
    const now = await settings.read(path)();
    if (E.isLeft(now)) return now;
    actual.set(path, now.right);
  }
  return E.right(settingChanges(needed, actual));
};

/** The kernel settings that pods need and that are otherwise now. */
export const wrongSettings = async (
  ports: Pick<AgentPorts, 'settings'>,
  { bridge }: AgentConfiguration,
  lease: Lease,
): Promise<E.Either<SettingsFailure, ReadonlyArray<SettingChange>>> => {
  const uplinks = await listeningUplinks(ports, bridge.name);
  return E.isLeft(uplinks) ? uplinks : wrongAmong(ports, settingsOf(lease, bridge.name, uplinks.right));
};

/** Says which it changed and why. */
const setRight = async (
  { settings, log }: Pick<AgentPorts, 'settings' | 'log'>,
  changes: ReadonlyArray<SettingChange>,
): Promise<E.Either<SettingsFailure, void>> => {
  for (const { path, value, why, now } of changes) {
    const written = await settings.write(path, value)();
    if (E.isLeft(written)) return written;
    log.info('kernel setting changed', { setting: path, from: now, to: value, why });
  }
  return E.right(undefined);
};

/**
 * The settings of an interface that pods have for their gateway, before it comes up: it would ask for routers and listen to them by those that
 * every interface begins with. Nothing where it is not there yet.
 */
export const ensureOwnSettings = async (
  ports: Pick<AgentPorts, 'settings' | 'log'>,
  lease: Lease,
  name: string,
): Promise<E.Either<SettingsFailure, void>> => {
  const wrong = await wrongAmong(ports, interfaceSettings(lease, name));
  if (E.isLeft(wrong)) return wrong;
  return setRight(
    ports,
    wrong.right.filter(({ now }) => now !== undefined),
  );
};

/** The bridge, and the gateway addresses on it: what a pod's port needs first. */
export const ensureGatewayBridge = async (
  ports: GatewayPorts & Pick<AgentPorts, 'switch' | 'settings'>,
  configuration: AgentConfiguration,
  lease: Lease,
): Promise<E.Either<Refusal | SettingsFailure, void>> => {
  const { bridge } = configuration;
  const made = await ports.switch.ensureBridge(bridgeOf(lease, bridge))();
  if (E.isLeft(made)) return made;
  const deaf = await ensureOwnSettings(ports, lease, bridge.name);
  return E.isLeft(deaf) ? deaf : ensureGateway(ports, configuration, lease);
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
  const set = await setRight(ports, wrong.right);
  if (E.isLeft(set)) return set;
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
