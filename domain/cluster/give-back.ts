import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { Cidr } from '../ip/cidr.ts';
import type { Command, Decision } from './command.ts';
import { isAddress, toContesters } from './contests.ts';
import type { SubnetLeased } from './events.ts';
import type { ClusterFailure } from './failure.ts';
import type { Contested, NodePresented } from './presented-events.ts';
import { later } from './quarantine.ts';
import { otherLife } from './replace.ts';
import { type ClusterState, type Lease, lifeKey, type Presented } from './state.ts';

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
  // A life that is no member may have said that it uses something.
  const isGone =
    state.departed.has(node) || (asking !== undefined && state.presented.has(lifeKey(node, asking)));
  return isGone ? E.right([]) : E.left({ type: 'unknown-node', node });
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

/** What a life said that it uses, and what of it is contested no longer. */
type Settled = { readonly said: Presented; readonly settled: ReadonlyArray<Contested> };

/** What is given back of what nobody had is contested no longer, and goes to who else uses it. */
export const settleClaims = (
  state: ClusterState,
  lives: ReadonlyArray<Settled>,
  asOf: string,
): ReadonlyArray<SubnetLeased | NodePresented> => {
  const claims = lives.filter(({ settled }) => settled.length > 0);
  const unheld = claims.flatMap(({ settled }) =>
    settled.flatMap((claim) =>
      isAddress(claim) || holderOf(state, claim.place as Cidr) !== undefined ? [] : [claim.place as Cidr],
    ),
  );
  return [
    ...toContesters(state, [...new Set(unheld)], asOf),
    ...claims.map(({ said: { node, incarnation, epoch, contested }, settled }) => ({
      type: 'NodePresented' as const,
      node,
      incarnation,
      epoch,
      contested: contested.filter((claim) => !settled.includes(claim)),
      asOf,
    })),
  ];
};

/** What the life said that gives back: the member's where none is named, or else the one that said anything. */
const saidBy = (
  { members, presented }: ClusterState,
  node: NodeName,
  named: Incarnation | undefined,
): Presented | undefined => {
  const life = named ?? members.get(node)?.incarnation;
  return life === undefined
    ? [...presented.values()].find((one) => one.node === node)
    : presented.get(lifeKey(node, life));
};

/**
 * With what a node holds it gives back what it says it uses and cannot have. Holding nothing any more it has nothing contested either, its
 * host address neither.
 */
export const release = (state: ClusterState, command: Command<'release'>): Decision => {
  const { node, subnets, by } = command;
  const said = saidBy(state, node, command.incarnation);
  const claims = said?.contested ?? [];
  const isMember = said?.incarnation === state.members.get(node)?.incarnation;
  const held = claims.length > 0 && !isMember ? E.right([]) : heldBy(state, node, command.incarnation);
  if (E.isLeft(held)) return held;
  const own = new Set(held.right.map(({ subnet }) => subnet));
  const wanted = subnets === undefined ? own : new Set(subnets);
  // What its TTL took from this life may be another's by now: it is given back all the same.
  const lost = state.members.get(node)?.expired ?? [];
  const contested = new Set<string>([...claims.map(({ place }) => place), ...lost]);
  const foreign = [...wanted].find(
    (subnet) => !own.has(subnet) && !isReleased(state, subnet) && !contested.has(subnet),
  );
  if (foreign !== undefined) {
    return E.left({ type: 'not-holder', node, subnet: foreign, holder: holderOf(state, foreign) });
  }
  const asOf = later(state.latest, command.asOf);
  const left = claims.filter((claim) => !isAddress(claim) && !wanted.has(claim.place as Cidr));
  // Who has to give all back has named all: what it was leased besides it never heard of.
  const isWhole = claims.some(isAddress) && left.length === 0;
  const freed = [...own].filter((subnet) => isWhole || wanted.has(subnet));
  const keepsNothing = isWhole || subnets === undefined || (freed.length > 0 && freed.length === own.size);
  const settled = keepsNothing ? claims : claims.filter(({ place }) => wanted.has(place as Cidr));
  return E.right([
    ...freed.map((subnet) => ({ type: 'SubnetReleased', node, subnet, by, asOf }) as const),
    ...toContesters(state, freed, asOf),
    ...settleClaims(state, said === undefined ? [] : [{ said, settled }], asOf),
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
