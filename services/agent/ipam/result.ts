import type { IpamConfig } from '../../../domain/cni/ipam-config.ts';
import { withPrefix } from '../../../domain/cni/ipam-ranges.ts';
import type { CniResult } from '../../../domain/cni/result.ts';
import { rangeOf } from '../../../domain/host/ipam/range-sets.ts';
import type { Allocated } from '../../../domain/host/ipam/state.ts';

/** The abbreviated result of a delegated plugin (CNI spec 1.1.0, section 4): no interfaces, and no address names one. */
export const resultOf = (
  { addresses }: Allocated,
  { ranges, routes }: Pick<IpamConfig, 'ranges' | 'routes'>,
): CniResult => ({
  ips: addresses.map(({ address, set }) => {
    const range = set === undefined ? undefined : rangeOf(ranges[set] ?? [], address);
    if (range === undefined) throw new Error(`${address} is in no range of its network`);
    return { address: withPrefix(address, range), gateway: range.gateway };
  }),
  ...(routes.length === 0 ? {} : { routes }),
  dns: {},
});
