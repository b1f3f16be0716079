import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import type { ClusterCommand } from '../../domain/cluster/command.ts';
import { describeClusterFailure } from '../../domain/cluster/failure.ts';
import { NodeName } from '../../domain/identity/node-name.ts';
import { Incarnation } from '../../domain/identity/uuid.ts';
import { isReason, longestReason } from '../../domain/reason.ts';
import { decidedOf } from '../decided-of-node.ts';
import { isStreamFailure } from '../stream-failure.ts';
import type { Member } from './agent.ts';
import { decidedElsewhere, logFailed, ok, operatorCause, refused } from './operator-routes.ts';
import type { Route } from './route.ts';

const Said = t.exact(
  t.intersection([
    t.type({ node: NodeName, reason: t.string }),
    /** Of the agent's own cluster when absent; of `attest`, the life that is the member. */
    t.partial({ cluster: t.string, incarnation: Incarnation }),
  ]),
);
type Said = t.TypeOf<typeof Said>;

/** An operator's decision of one node, where the agent decides for the cluster. */
const decision =
  (what: string, commandOf: (said: Said) => ClusterCommand): Route<Member> =>
  async (agent, { body }) => {
    const elsewhere = decidedElsewhere(
      agent,
      (hosts) => `with an operator's credential: evioctl --ledger esdb://USER:PASSWORD@${hosts} ${what} …`,
    );
    if (elsewhere !== undefined) return elsewhere;
    const said = Said.decode(body);
    if (E.isLeft(said))
      return refused(400, 'the request names no node and no reason', 'use the programs of one version');
    const { cluster, node } = said.right;
    if (!isReason(said.right.reason))
      return refused(400, 'the reason is not one line', `say why, in up to ${longestReason} characters`);
    const own = agent.configuration.cluster;
    if (cluster !== undefined && cluster !== own)
      return refused(409, `this node is of the cluster ${own}, not ${cluster}`, 'ask a node of that cluster');
    const decided = await agent.cluster.transact(commandOf(said.right), operatorCause(agent, what))();
    if (E.isRight(decided)) return ok(decidedOf(node, decided.right));
    if (isStreamFailure(decided.left)) return logFailed(decided.left);
    const { msg, remedy } = describeClusterFailure(decided.left);
    return refused(409, msg, remedy);
  };

/** What operators decide of a node, which may be another one than the agent's. */
export const nodeRoutes: Readonly<Record<string, Route<Member>>> = {
  'POST /v1/revoke': decision('revoke', ({ node, reason }) => ({ type: 'revoke', node, reason })),
  'POST /v1/attest': decision('attest', ({ node, incarnation, reason }) => ({
    type: 'attest',
    node,
    incarnation,
    reason,
  })),
};
