import { either as E } from 'fp-ts';
import type { Family } from '../ip/address.ts';
import { type Cidr, cidrFamily, contains, network } from '../ip/cidr.ts';
import type { Pool } from '../ip/pool.ts';
import { chooseSubnet } from './choose-subnet.ts';
import { isContested } from './contests.ts';
import type { PodCidr } from './events.ts';
import type { ClusterFailure } from './failure.ts';
import type { ClusterState } from './state.ts';

/** A pod CIDR and what of it is held. */
export type PodPool = { readonly podCidr: PodCidr; readonly pool: Pool };

/** In the order of the configuration; a family may have several. */
export const poolsOf = ({ configuration, pools }: ClusterState, family: Family): ReadonlyArray<PodPool> =>
  (configuration?.podCidrs ?? []).flatMap((podCidr, index) => {
    const pool = pools?.subnets[index];
    return pool === undefined || pool.row.family !== family ? [] : [{ podCidr, pool }];
  });

/** The families of the configuration, each once. */
export const familiesOf = ({ configuration }: ClusterState): ReadonlyArray<Family> => [
  ...new Set((configuration?.podCidrs ?? []).map(({ cidr }) => cidrFamily(cidr))),
];

/** The pool whose pod CIDR the subnet lies in; where it lies in none, the first of its family. */
export const poolFor = (state: ClusterState, subnet: Cidr): PodPool | undefined => {
  const own = poolsOf(state, cidrFamily(subnet));
  return own.find(({ podCidr }) => contains(podCidr.cidr, network(subnet))) ?? own[0];
};

/** By `chooseSubnet`, from the first pod CIDR of the family that has one to give; refused with the one that has the next. */
export const chooseOfFamily = (
  state: ClusterState,
  family: Family,
  asOf: string,
): E.Either<ClusterFailure, Cidr> => {
  const quarantine = state.configuration?.quarantineSeconds ?? 0;
  const refused: Array<Extract<ClusterFailure, { readonly type: 'no-free-subnet' }>> = [];
  for (const { podCidr, pool } of poolsOf(state, family)) {
    const chosen = chooseSubnet(podCidr.cidr, pool, quarantine, asOf, isContested(state));
    if (E.isRight(chosen)) return chosen;
    refused.push(chosen.left);
  }
  const [first] = refused;
  return E.left(
    refused.find(({ nextFreeAt }) => nextFreeAt !== undefined) ?? first ?? { type: 'not-configured' },
  );
};
