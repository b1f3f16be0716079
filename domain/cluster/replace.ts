import { either as E } from 'fp-ts';
import type { MachineHints } from '../identity/machine-hints.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import { firstReader } from '../reader.ts';
import type { Command, Decision } from './command.ts';
import type { ClusterFailure } from './failure.ts';
import type { ClusterState, Member } from './state.ts';

/** The first generation of programs that reads `NodeAttested` and `IncarnationReplaced`. */
const lifeReader = 6;

/** The first generation that tells apart of which life of a node an operator speaks: one of before takes any word for the member's. */
export const anyLifeReader = 7;

/** Why neither can be written in this cluster; `undefined` where both can. */
export const lifeRefusal = (
  { configuration }: ClusterState,
  needed = lifeReader,
): ClusterFailure | undefined => {
  const minReader = configuration?.minReader ?? firstReader;
  return minReader < needed ? { type: 'readers-too-old', minReader, needed } : undefined;
};

const machinesOf = (
  { hints: known }: Pick<Member, 'hints'>,
  hints: MachineHints | undefined,
): 'same' | 'other' | undefined => {
  if (known?.machine === undefined || hints?.machine === undefined) return undefined;
  return known.machine === hints.machine ? 'same' : 'other';
};

/** A life asks that is not the one that is the member. */
export const otherLife = (
  node: NodeName,
  member: Member,
  asking: { readonly incarnation: Incarnation; readonly hints?: MachineHints | undefined },
): E.Either<ClusterFailure, never> => {
  const { incarnation, leases } = member;
  const machine = machinesOf(member, asking.hints);
  return E.left({
    type: 'node-known',
    node,
    incarnation,
    refused: asking.incarnation,
    subnets: leases.map(({ subnet }) => subnet),
    ...(machine && { machine }),
  });
};

/**
 * A new life of a node goes on with what the one before held, where that one is known gone: an operator attested it, or it has given all
 * back and the node itself says that it is over. A node's own word is not enough for what a former life still holds: a clone would say
 * the same.
 */
export const replaceLife = (
  state: ClusterState,
  member: Member,
  command: Pick<Command<'join'>, 'node' | 'incarnation' | 'publicKey' | 'hints' | 'replace' | 'head'>,
): Decision => {
  const { node, incarnation, publicKey, hints, replace = false, head } = command;
  const { leases, attested, incarnation: previous } = member;
  const isGone = attested !== undefined || (replace && leases.length === 0);
  if (!isGone) return otherLife(node, member, command);
  const revoked = leases.filter((lease) => lease.revoked !== undefined).map(({ subnet }) => subnet);
  if (revoked.length > 0) return E.left({ type: 'lease-revoked', node, subnets: revoked });
  const refusal = lifeRefusal(state);
  if (refusal !== undefined) return E.left(refusal);
  return E.right([
    {
      type: 'IncarnationReplaced',
      node,
      incarnation,
      publicKey,
      previous,
      ...(hints && { hints }),
      ...(head && { head }),
    },
  ]);
};
