import { either as E } from 'fp-ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Command, Decision } from './command.ts';
import { toContesters } from './contests.ts';
import type { ClusterEvent } from './events.ts';
import { settleClaims } from './give-back.ts';
import { later } from './quarantine.ts';
import { anyLifeReader, lifeRefusal } from './replace.ts';
import { type ClusterState, lifeKey } from './state.ts';

/**
 * Records that a life is destroyed. A word is given once: the first reason stands. It releases nothing by itself, for the node may come
 * back with a new disk and go on with its lease. Besides the member a life may be named that presented what it uses to a restored log.
 */
export const attest = (
  state: ClusterState,
  { node, incarnation: named, reason }: Command<'attest'>,
): Decision => {
  const member = state.members.get(node);
  const said = named && named !== member?.incarnation && state.presented.get(lifeKey(node, named));
  const life = said && (said.contested.length > 0 || said.attested !== undefined) ? said : member;
  if (life === undefined) return E.left({ type: 'unknown-node', node });
  const { incarnation, attested } = life;
  if (named !== undefined && named !== incarnation)
    return E.left({ type: 'not-the-member', node, incarnation, named });
  if (attested !== undefined) return E.right([]);
  const refusal = life === member ? lifeRefusal(state) : lifeRefusal(state, anyLifeReader);
  return refusal === undefined
    ? E.right([{ type: 'NodeAttested', node, incarnation, reason }])
    : E.left(refusal);
};

/** What lives of the node said that they use, and surrender no more: they were never members, and are attested destroyed. */
const settleDestroyed = (
  state: Readonly<ClusterState>,
  node: NodeName,
  asOf: string,
): ReadonlyArray<ClusterEvent> =>
  settleClaims(
    state,
    [...state.presented.values()]
      .filter((one) => one.node === node && one.attested !== undefined)
      .map((said) => ({ said, settled: said.contested })),
    asOf,
  );

/**
 * A life that is attested destroyed surrenders nothing any more. Where the cluster wants back all that it held, or it held nothing, the
 * node is released and leaves; its host address is free with it, and a subnet that another node uses goes to that one. Anything else waits for a new life, or for a revocation.
 */
export const releaseDestroyed = (
  state: Readonly<ClusterState>,
  { node, asOf }: Command<'release-destroyed'>,
): ReadonlyArray<ClusterEvent> => {
  const member = state.members.get(node);
  const at = later(state.latest, asOf);
  const settled = settleDestroyed(state, node, at);
  if (member?.attested === undefined || member.leases.some(({ revoked }) => revoked === undefined))
    return settled;
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
    ...settled,
  ];
};
