import { either as E } from 'fp-ts';
import { type CniError, codes, invalidField } from './error.ts';
import { isObject, isText, isTexts, type JsonObject } from './judge.ts';
import { defaultAgentSocket, defaultQueue, type NetworkConfig, type RawConfig } from './network-config.ts';
import type { CniVersion, Verb } from './version.ts';

const inside = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

const absolute = (value: unknown, otherwise: string): string =>
  isText(value) && value.startsWith('/') ? value : otherwise;

const textsOf = (key: string, value: unknown): E.Either<CniError, ReadonlyArray<string>> => {
  if (value === undefined || value === null) return E.right([]);
  return isTexts(value)
    ? E.right(value)
    : E.left(invalidField(key, value, 'a list of addresses, each with or without prefix'));
};

/**
 * The configuration of the plugin that delegates to us, of which only `ipam` is ours, and what runtimes ask for one attachment. What
 * stands in `ipam` the agent reads; here are only the keys that lead to it. What undoes does without any.
 */
export const decodeIpamNetworkConfig = (
  { network, keys }: RawConfig,
  verb: Verb,
  cniVersion: CniVersion,
): E.Either<CniError, NetworkConfig> => {
  const undoes = verb === 'DEL' || verb === 'GC';
  const { ipam: written } = keys;
  if (!isObject(written) && !undoes) {
    return E.left(
      written === undefined || written === null
        ? {
            code: codes.internal,
            msg: "IPAM config missing 'ipam' key",
            details: 'give the configuration of the main plugin an "ipam" of the type evio-ipam',
          }
        : invalidField('ipam', written, 'an object, such as {"type": "evio-ipam", "subnet": "10.1.2.0/24"}'),
    );
  }
  const ipam: JsonObject = isObject(written) ? written : {};
  const runtimeConfig = keys['runtimeConfig'];
  const capability = textsOf('runtimeConfig.ips', inside(runtimeConfig, 'ips'));
  const args = textsOf('args.cni.ips', inside(inside(keys['args'], 'cni'), 'ips'));
  if (verb === 'ADD' && E.isLeft(capability)) return capability;
  if (verb === 'ADD' && E.isLeft(args)) return args;
  const ipRanges = inside(runtimeConfig, 'ipRanges');
  return E.right({
    cniVersion,
    network,
    agentSocket: absolute(ipam['agentSocket'], defaultAgentSocket),
    queue: absolute(ipam['queue'], defaultQueue),
    requestedAddresses: {
      capability: E.getOrElse((): ReadonlyArray<string> => [])(capability),
      args: E.getOrElse((): ReadonlyArray<string> => [])(args),
    },
    validAttachments: keys['cni.dev/valid-attachments'] ?? keys['cni.dev/attachments'],
    pool: { ipam, ...(ipRanges === undefined ? {} : { ipRanges }) },
  });
};
