import { either as E } from 'fp-ts';
import { type CniError, codes } from '../../domain/cni/error.ts';
import { decodeIpamNetworkConfig } from '../../domain/cni/ipam-network-config.ts';
import type { NetworkConfig, RawConfig } from '../../domain/cni/network-config.ts';
import { readResolvConf } from '../../domain/cni/resolv-conf.ts';
import type { CniVersion, Verb } from '../../domain/cni/version.ts';
import { plain } from '../../domain/shown.ts';
import type { Capabilities } from './capabilities.ts';

/** The configuration under which another plugin delegates to us; what its `resolvConf` says is the result's `dns`. */
export const ipamConfigFor = (
  { readText }: Pick<Capabilities, 'readText'>,
  raw: RawConfig,
  verb: Verb,
  version: CniVersion,
): E.Either<CniError, NetworkConfig> => {
  const config = decodeIpamNetworkConfig(raw, verb, version);
  const path = verb === 'ADD' && E.isRight(config) ? config.right.pool?.ipam['resolvConf'] : undefined;
  if (E.isLeft(config) || typeof path !== 'string' || path === '') return config;
  const text = readText(path);
  return E.isLeft(text)
    ? E.left({
        code: codes.internal,
        msg: plain(text.left),
        details: '"ipam.resolvConf" is read on the host; nothing was allocated',
      })
    : E.right({ ...config.right, dns: readResolvConf(text.right) });
};
