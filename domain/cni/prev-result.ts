import { either as E } from 'fp-ts';
import { type CniError, invalidField } from './error.ts';
import { type CniResult, cniResult } from './result.ts';
import { shaped } from './shape.ts';

const decode = shaped(cniResult);

/** The result of the plugin before, or of the ADD, of any version we support. Code 7 says what is wrong with it. */
export const decodePrevResult = (prevResult: unknown): E.Either<CniError, CniResult> => {
  const decoded = decode(prevResult);
  return E.isRight(decoded)
    ? decoded
    : E.left(invalidField('prevResult', prevResult, `a CNI result; ${decoded.left}`));
};

/**
 * Chained after another plugin, we pass its result on and append ours: the indices of our addresses move behind its
 * interfaces. DNS settings of ours win, because the operator wrote them.
 */
export const appendResult = (previous: CniResult, ours: CniResult): CniResult => {
  const before = previous.interfaces ?? [];
  const ips = (ours.ips ?? []).map((ip) =>
    ip.interface === undefined ? ip : { ...ip, interface: ip.interface + before.length },
  );
  const dns = ours.dns ?? previous.dns;
  return {
    interfaces: [...before, ...(ours.interfaces ?? [])],
    ips: [...(previous.ips ?? []), ...ips],
    routes: [...(previous.routes ?? []), ...(ours.routes ?? [])],
    ...(dns === undefined ? {} : { dns }),
  };
};

/** The addresses, with prefix length, that a result gives to the interface of this name inside the pod. */
export const addressesOfInterface = (
  { interfaces = [], ips = [] }: CniResult,
  ifname: string,
): ReadonlyArray<string> =>
  ips
    .filter((ip) => {
      const holder = ip.interface === undefined ? undefined : interfaces[ip.interface];
      return holder !== undefined && holder.name === ifname && Boolean(holder.sandbox);
    })
    .map((ip) => ip.address);
