import { either as E } from 'fp-ts';
import type { Command, Decision } from './command.ts';
import { toContesters } from './contests.ts';
import type { ClusterEvent } from './events.ts';
import { later } from './quarantine.ts';
import { lifeRefusal } from './replace.ts';
import type { ClusterState } from './state.ts';

/**
 * Records that a life is destroyed. A word is given once: the first reason stands. It releases nothing by itself, for the node may come
 * back with a new disk and go on with its lease.
 */
export const attest = (
  state: ClusterState,
  { node, incarnation: named, reason }: Command<'attest'>,
): Decision => {
  const member = state.members.get(node);
  if (member === undefined) return E.left({ type: 'unknown-node', node });
  const { incarnation, attested } = member;
  if (named !== undefined && named !== incarnation)
    return E.left({ type: 'not-the-member', node, incarnation, named });
  if (attested !== undefined) return E.right([]);
  const refusal = lifeRefusal(state);
  return refusal === undefined
    ? E.right([{ type: 'NodeAttested', node, incarnation, reason }])
    : E.left(refusal);
};

/**
 * A life that is attested destroyed surrenders nothing any more. Where the cluster wants back all that it held, or it held nothing, the
 * node is released and leaves; its host address is free with it, and a subnet that another node uses goes to that one. Anything else waits for a new life, or for a revocation.
 */
export const releaseDestroyed = (
  state: Readonly<ClusterState>,
  { node, asOf }: Command<'release-destroyed'>,
): ReadonlyArray<ClusterEvent> => {
  const member = state.members.get(node);
  if (member?.attested === undefined || member.leases.some(({ revoked }) => revoked === undefined)) return [];
  const at = later(state.latest, asOf);
  return [
    ...member.leases.map(
      ({ subnet }) => ({ type: 'SubnetReleased', node, subnet, by: 'attestation', asOf: at }) as const,
    ),
    ...toContesters(
      state,
      member.leases.map(({ subnet }) => subnet),
      at,
    ),
    { type: 'NodeLeft', node, asOf: at },
  ];
};
