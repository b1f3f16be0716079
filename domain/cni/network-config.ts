import { either as E } from 'fp-ts';
import { isObject, isTexts, type JsonObject, judgeField } from './config-fields.ts';
import type { Call } from './environment.ts';
import { type CniError, invalidField, invalidNetworkName, missingNetworkName, undecodable } from './error.ts';
import { isIdentifier } from './names.ts';
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

/** The JSON on stdin, of which no more is known than that it is an object with a network name. */
export type RawConfig = { readonly network: string; readonly keys: JsonObject };

export type NetworkConfig = {
  readonly cniVersion: CniVersion;
  readonly network: string;
  readonly agentSocket: string;
  /** Folder in which a DEL waits for an agent that is down. */
  readonly queue: string;
  readonly bridge?: string;
  readonly mtu?: number;
  readonly dns?: Dns;
  /** From `runtimeConfig.ips`, then `args.cni.ips`: as they were written, with or without prefix. */
  readonly requestedAddresses: ReadonlyArray<string>;
  readonly prevResult?: JsonObject;
  readonly validAttachments?: unknown;
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
  return E.right({ network: name, keys });
};

const textsAt = (keys: JsonObject, ...way: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found = way.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), keys);
  return isTexts(found) ? found : [];
};

/** What undoes must not fail over a key that it does not need: the configuration may have changed since the ADD. */
const needed: ReadonlyArray<string> = ['agentSocket', 'queue'];

const isLenient = (verb: Call['verb']): boolean => verb === 'DEL' || verb === 'GC';

/**
 * Reads the keys: code 2 for one we do not know or do not honour, 7 for a value of the wrong kind. For DEL and GC only the
 * keys that they need are looked at.
 */
export const decodeConfig = (
  { network, keys }: RawConfig,
  verb: Call['verb'],
  cniVersion: CniVersion,
): E.Either<CniError, NetworkConfig> => {
  for (const [key, value] of Object.entries(keys)) {
    const wrong = isLenient(verb) && !needed.includes(key) ? undefined : judgeField(key, value);
    if (wrong !== undefined) return E.left(wrong);
  }
  const { agentSocket, queue, bridge, mtu, dns, prevResult } = keys;
  return E.right({
    cniVersion,
    network,
    agentSocket: typeof agentSocket === 'string' ? agentSocket : defaultAgentSocket,
    queue: typeof queue === 'string' ? queue : defaultQueue,
    ...(typeof bridge === 'string' ? { bridge } : {}),
    ...(typeof mtu === 'number' ? { mtu } : {}),
    ...(isObject(dns) ? { dns } : {}),
    requestedAddresses: [...textsAt(keys, 'runtimeConfig', 'ips'), ...textsAt(keys, 'args', 'cni', 'ips')],
    ...(isObject(prevResult) ? { prevResult } : {}),
    ...('cni.dev/valid-attachments' in keys ? { validAttachments: keys['cni.dev/valid-attachments'] } : {}),
  });
};

export type ValidAttachment = { readonly containerId: string; readonly ifname: string };

/**
 * The attachments that are still in use. Absent is not empty (cnitool sends none at all): code 7, and nothing is removed.
 */
export const validAttachments = (
  config: NetworkConfig,
): E.Either<CniError, ReadonlyArray<ValidAttachment>> => {
  const key = 'cni.dev/valid-attachments';
  const listed = config.validAttachments;
  const expected =
    'a list of {"containerID", "ifname"}, empty when nothing is in use any more; nothing was removed, because nobody said what is still in use';
  if (!Array.isArray(listed)) return E.left(invalidField(key, listed, expected));
  const attachments: ValidAttachment[] = [];
  for (const entry of listed) {
    const { containerID, ifname } = isObject(entry) ? entry : {};
    if (typeof containerID !== 'string' || typeof ifname !== 'string')
      return E.left(invalidField(key, entry, expected));
    attachments.push({ containerId: containerID, ifname });
  }
  return E.right(attachments);
};
