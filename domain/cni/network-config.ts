import { either as E } from 'fp-ts';
import { parseMac } from '../kernel/parse-mac.ts';
import type { Trunk } from '../vlan.ts';
import { judgeFields } from './config-fields.ts';
import { delegateOf } from './delegate.ts';
import type { Call } from './environment.ts';
import { type CniError, invalidNetworkName, missingNetworkName, undecodable } from './error.ts';
import { isObject, isText, isTexts, type JsonObject } from './judge.ts';
import { isIdentifier } from './names.ts';
import { isOriginal } from './original-fields.ts';
import type { RangeSets } from './request.ts';
import { readRuntimeDns } from './runtime-dns.ts';
import { readTrunk } from './trunk-field.ts';
import type { CniVersion } from './version.ts';

export const defaultAgentSocket = '/run/evio/agent.sock';

/** In evio-agent's default --state-dir. */
export const defaultQueue = '/var/lib/evio/queue';

export type Dns = {
  readonly nameservers?: ReadonlyArray<string>;
  readonly domain?: string;
  readonly search?: ReadonlyArray<string>;
  readonly options?: ReadonlyArray<string>;
};

/** The JSON on stdin, of which no more is known than that it is an object with a network name; `text` as it came. */
export type RawConfig = { readonly network: string; readonly keys: JsonObject; readonly text: string };

/** Another IPAM plugin that gives addresses in our place, by its file name, and what it reads: all that we did (CNI spec 1.1.0, section 4). */
export type DelegateConfig = { readonly plugin: string; readonly input: string };

/** By their source: those of the capability add up with the others, those of `args` stand in for CNI_ARGS (CONVENTIONS.md). */
export type RequestedAddresses = {
  readonly capability: ReadonlyArray<string>;
  readonly args: ReadonlyArray<string>;
};

export type NetworkConfig = {
  readonly cniVersion: CniVersion;
  readonly network: string;
  readonly agentSocket: string;
  /** Folder in which a DEL waits for an agent that is down. */
  readonly queue: string;
  readonly bridge?: string;
  readonly mtu?: number;
  /** 1 to 4094; absent for none. */
  readonly vlan?: number;
  /** From `trunk`, or `vlanTrunk`. */
  readonly trunk?: Trunk;
  readonly dns?: Dns;
  /** Absent where addresses come from evio-agent. */
  readonly delegate?: DelegateConfig;
  /** As they were written, with or without prefix; none where a delegate honours them. */
  readonly requestedAddresses: RequestedAddresses;
  /** Canonical, from `runtimeConfig.mac` or else `args.cni.mac`. */
  readonly requestedMac?: string;
  /** Canonical, the configuration's own: for a pod of which nobody else says anything, MAC in CNI_ARGS included. */
  readonly mac?: string;
  /** From `runtimeConfig.ipRanges`; absent where a delegate honours them. */
  readonly ranges?: RangeSets;
  readonly prevResult?: JsonObject;
  /** From `cni.dev/valid-attachments`, or what early runtimes of 1.1.0 called it. */
  readonly validAttachments: unknown;
  /** Where another plugin delegates to us: its `ipam`, and the capability `ipRanges`, neither read yet. */
  readonly pool?: { readonly ipam: JsonObject; readonly ipRanges?: unknown };
};

/** Code 6 for what is no JSON object, 7 for a missing or malformed network name. */
export const readConfig = (text: string): E.Either<CniError, RawConfig> => {
  if (text.trim() === '') return E.left(undecodable('the network configuration', 'stdin is empty'));
  let keys: unknown;
  try {
    keys = JSON.parse(text);
  } catch (cause) {
    return E.left(
      undecodable('the network configuration', cause instanceof Error ? cause.message : String(cause)),
    );
  }
  if (!isObject(keys)) return E.left(undecodable('the network configuration', 'it is not a JSON object'));
  const { name } = keys;
  if (name === undefined || name === '') return E.left(missingNetworkName);
  if (typeof name !== 'string' || !isIdentifier(name)) return E.left(invalidNetworkName(name));
  return E.right({ network: name, keys, text });
};

const at = (keys: JsonObject, ...way: ReadonlyArray<string>): unknown =>
  way.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), keys);

const textsAt = (keys: JsonObject, ...way: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found = at(keys, ...way);
  return isTexts(found) ? found : [];
};

/** The capability says it of this pod, `args` of this call: the more particular wins (the bridge plugin's order). */
const requestedMac = (keys: JsonObject): string | undefined => {
  const asked = at(keys, 'runtimeConfig', 'mac') ?? at(keys, 'args', 'cni', 'mac');
  return isText(asked) ? parseMac(asked) : undefined;
};

const macOf = ({ mac }: JsonObject): string | undefined => (isText(mac) ? parseMac(mac) : undefined);

/** What the runtime says of this pod stands in for what the configuration says of all, each part for itself. */
const dnsOf = (keys: JsonObject): Dns | undefined => {
  const dns = keys['dns'];
  const runtime = readRuntimeDns(at(keys, 'runtimeConfig', 'dns'));
  if (runtime === undefined) return isObject(dns) ? dns : undefined;
  const { servers, searches, options } = runtime;
  return {
    ...(isObject(dns) ? dns : {}),
    ...(isTexts(servers) ? { nameservers: servers } : {}),
    ...(isTexts(searches) ? { search: searches } : {}),
    ...(isTexts(options) ? { options } : {}),
  };
};

const needsAll = (verb: Call['verb']): boolean => verb !== 'DEL' && verb !== 'GC';

/** What undoes must not fail over a key that it does not need: the configuration may have changed since the ADD. */
const judged = (keys: JsonObject, verb: Call['verb']): JsonObject => {
  if (needsAll(verb)) return keys;
  const { agentSocket, queue } = keys;
  return {
    ...(agentSocket === undefined ? {} : { agentSocket }),
    ...(queue === undefined ? {} : { queue }),
  };
};

/**
 * Reads the keys: code 2 for one we do not know or do not honour, 7 for a value of the wrong kind. For DEL and GC only the
 * keys that they need are looked at.
 */
export const decodeConfig = (
  { network, keys, text }: RawConfig,
  verb: Call['verb'],
  cniVersion: CniVersion,
): E.Either<CniError, NetworkConfig> => {
  const wrong = judgeFields(judged(keys, verb));
  if (wrong !== undefined) return E.left(wrong);
  const { agentSocket, queue, bridge, mtu, vlan, prevResult } = keys;
  const trunk = needsAll(verb) ? readTrunk(keys) : undefined;
  const dns = dnsOf(keys);
  const asked = requestedMac(keys);
  const mac = macOf(keys);
  const plugin = delegateOf(keys);
  const ranges = plugin === undefined ? at(keys, 'runtimeConfig', 'ipRanges') : undefined;
  return E.right({
    cniVersion,
    network,
    agentSocket: typeof agentSocket === 'string' ? agentSocket : defaultAgentSocket,
    queue: typeof queue === 'string' ? queue : defaultQueue,
    // The original's names the bridge that its own program made.
    ...(typeof bridge === 'string' && !isOriginal(keys) ? { bridge } : {}),
    ...(typeof mtu === 'number' ? { mtu } : {}),
    ...(typeof vlan === 'number' && vlan > 0 && needsAll(verb) ? { vlan } : {}),
    ...(trunk === undefined ? {} : { trunk }),
    ...(dns === undefined ? {} : { dns }),
    ...(plugin === undefined ? {} : { delegate: { plugin, input: text } }),
    requestedAddresses: {
      capability: plugin === undefined ? textsAt(keys, 'runtimeConfig', 'ips') : [],
      args: plugin === undefined ? textsAt(keys, 'args', 'cni', 'ips') : [],
    },
    ...(asked === undefined ? {} : { requestedMac: asked }),
    ...(mac === undefined ? {} : { mac }),
    ...(Array.isArray(ranges) && ranges.length > 0 ? { ranges } : {}),
    ...(isObject(prevResult) ? { prevResult } : {}),
    validAttachments: keys['cni.dev/valid-attachments'] ?? keys['cni.dev/attachments'],
  });
};
