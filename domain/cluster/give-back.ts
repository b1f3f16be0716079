import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { Command, Decision } from './command.ts';
import type { ClusterFailure } from './failure.ts';
import { toContesters, uncontested } from './present.ts';
import { later } from './quarantine.ts';
import { otherLife } from './replace.ts';
import type { ClusterState, Lease } from './state.ts';

/**
 * What a node holds: nothing any more when it left. A life that asks for itself is refused where another one is the member: what it once
 * held may be that one's.
 */
const heldBy = (
  state: ClusterState,
  node: NodeName,
  asking: Incarnation | undefined,
): E.Either<ClusterFailure, ReadonlyArray<Lease>> => {
  const member = state.members.get(node);
  if (member !== undefined)
    return asking === undefined || asking === member.incarnation
      ? E.right(member.leases)
      : otherLife(node, member, { incarnation: asking });
  return state.departed.has(node) ? E.right([]) : E.left({ type: 'unknown-node', node });
};

export const revoke = (state: ClusterState, { node, reason }: Command<'revoke'>): Decision => {
  const held = heldBy(state, node, undefined);
  if (E.isLeft(held)) return held;
  return E.right(
    held.right
      .filter(({ revoked }) => revoked === undefined)
      .map(({ subnet }) => ({ type: 'LeaseRevoked', node, subnet, reason })),
  );
};

/** Free again, after somebody held it: what a repeated release finds. */
const isReleased = (state: ClusterState, subnet: Cidr): boolean =>
  state.pools?.subnets.some((pool) => pool.returned.live.has(subnet)) ?? false;

const holderOf = (state: ClusterState, subnet: Cidr): string | undefined =>
  state.pools?.subnets.find((pool) => pool.held.has(subnet))?.held.get(subnet);

export const release = (
  state: ClusterState,
  { node, incarnation, subnets, by, asOf }: Command<'release'>,
): Decision => {
  const settled = uncontested(state, node, new Set(subnets));
  const held =
    settled.length > 0 && !state.members.has(node) ? E.right([]) : heldBy(state, node, incarnation);
  if (E.isLeft(held)) return held;
  const own = new Set(held.right.map(({ subnet }) => subnet));
  const wanted = subnets === undefined ? own : new Set(subnets);
  const contested = new Set(state.presented.get(node)?.contested.map(({ place }) => place));
  const foreign = [...wanted].find(
    (subnet) => !own.has(subnet) && !isReleased(state, subnet) && !contested.has(subnet),
  );
  if (foreign !== undefined) {
    return E.left({ type: 'not-holder', node, subnet: foreign, holder: holderOf(state, foreign) });
  }
  const releasedAt = later(state.latest, asOf);
  const freed = [...wanted].filter((subnet) => own.has(subnet));
  return E.right([
    ...freed.map((subnet) => ({ type: 'SubnetReleased', node, subnet, by, asOf: releasedAt }) as const),
    ...toContesters(state, freed, releasedAt),
    ...settled,
  ]);
};

export const leave = (state: ClusterState, { node, incarnation, asOf }: Command<'leave'>): Decision => {
  const held = heldBy(state, node, incarnation);
  if (E.isLeft(held)) return held;
  if (held.right.length > 0) {
    return E.left({ type: 'lease-held', node, subnets: held.right.map(({ subnet }) => subnet) });
  }
  return E.right(
    state.members.has(node) ? [{ type: 'NodeLeft', node, asOf: later(state.latest, asOf) }] : [],
  );
};
