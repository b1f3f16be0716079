import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import { joinRefusal } from '../../domain/cluster/join-refusal.ts';
import { Incarnation } from '../../domain/identity/uuid.ts';
import type { Member } from './agent.ts';

/** What was refused to another life of this node is not this one's. */
const refusedHere = ({ refused, configuration, ports }: Member): ClusterFailure | undefined => {
  const failure = refused.get(configuration.node);
  return failure?.type === 'node-known' && failure.refused !== ports.ownLog.identity.logId
    ? undefined
    : failure;
};

/**
 * A refusal is no event, and is said in the ledger's own log only. Once the request is there, the cluster's stream says as much: the same
 * decision follows from it here.
 */
const refusedAtLedger = ({
  host,
  cluster,
  configuration,
  ledger,
  ports,
}: Member): ClusterFailure | undefined => {
  const { lease, joinRequested, leaveRequested } = host.state();
  const standing = ledger?.status();
  const isThere = standing?.state === 'following' && standing.lagEvents === 0;
  const { logId: incarnation } = ports.ownLog.identity;
  if (lease !== undefined || !joinRequested || leaveRequested || !isThere || !Incarnation.is(incarnation))
    return undefined;
  const { node, publicKey, hints } = configuration;
  return joinRefusal(cluster.state(), { node, incarnation, publicKey, hints, asOf: ports.clock.now() });
};

/** Why the allocator refused this life's last request; `undefined` where it did not, or where nothing is known of it. */
export const refusedRequest = (member: Member): ClusterFailure | undefined =>
  member.ledger === undefined ? refusedHere(member) : refusedAtLedger(member);
