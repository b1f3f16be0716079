import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { Cidr } from '../ip/cidr.ts';
import { giveBack, take } from '../ip/pool.ts';
import { hasPlace } from '../ip/row.ts';
import type { SubnetLeased } from './events.ts';
import type { Contested } from './presented-events.ts';
import { type ClusterState, lifeKey } from './state.ts';

/** The first node, but this one, that says that it uses a place which it cannot have: nobody else is given the place before it gives it back. */
export const contesterOf = (
  { presented }: Pick<ClusterState, 'presented'>,
  wanted: string,
  but?: NodeName,
): NodeName | undefined => {
  for (const { node, contested } of presented.values())
    if (node !== but && contested.some(({ place }) => place === wanted)) return node;
  return undefined;
};

/** Whether anybody says so: the policy passes such a place by. */
export const isContested =
  (state: Pick<ClusterState, 'presented'>) =>
  (place: string): boolean =>
    contesterOf(state, place) !== undefined;

/** Whether a life uses what it cannot have: it drains and gives that back before it is given anything. */
export const isContesting = (
  { presented }: Pick<ClusterState, 'presented'>,
  { node, incarnation }: { readonly node: NodeName; readonly incarnation: Incarnation },
): boolean => (presented.get(lifeKey(node, incarnation))?.contested.length ?? 0) > 0;

export const isAddress = ({ place }: Contested): boolean => !place.includes('/');

/** A place that was used, though nobody was given it, is in quarantine from when its user gave it back. */
export const quarantineUnheld = (
  { pools }: ClusterState,
  places: ReadonlyArray<Contested>,
  asOf: string,
): void => {
  for (const { place } of places)
    for (const pool of pools === undefined ? [] : [...pools.subnets, pools.hostAddresses]) {
      if (!hasPlace(pool.row, place) || pool.held.has(place)) continue;
      take(pool, place, place);
      giveBack(pool, place, asOf);
    }
};

/** What becomes free goes to who was refused it, for that one uses it; not to who has to give all back. */
export const toContesters = (
  { presented, members, epoch }: ClusterState,
  freed: ReadonlyArray<Cidr>,
  asOf: string,
): ReadonlyArray<SubnetLeased> =>
  epoch === undefined
    ? []
    : freed.flatMap((subnet): ReadonlyArray<SubnetLeased> => {
        const [node] = [...presented.values()]
          .filter(
            ({ node: name, incarnation, contested }) =>
              members.get(name)?.incarnation === incarnation &&
              members.get(name)?.attested === undefined &&
              !contested.some(isAddress) &&
              contested.some(({ place }) => place === subnet),
          )
          .map((one) => one.node);
        return node === undefined ? [] : [{ type: 'SubnetLeased', node, subnet, asOf, presented: epoch }];
      });
