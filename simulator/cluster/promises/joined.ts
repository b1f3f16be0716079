import { holdingOf } from '../../../domain/cluster/queries.ts';
import type { Host } from '../host.ts';
import type { ClusterWorld } from '../world.ts';

/** Of these nobody knows how they stand: their log is not what it was, or the ledger's is not. */
const isAside = ({ ledger }: ClusterWorld, { meddled, life }: Host): boolean =>
  meddled || (ledger.disk.epoch() > 1 && life?.membership?.ledger?.status().state === 'stopped');

/** Who asked to join has a lease, and knows it, or was refused by name. */
export const checkJoined = (world: ClusterWorld): void => {
  const { hosts, ledger, answered, breaks } = world;
  for (const host of hosts) {
    if (isAside(world, host)) continue;
    const { lease, joinRequested } = host.history.state();
    const holding = holdingOf(ledger.history.state(), host.node);
    const isOwn = holding?.incarnation === host.disk.logId();
    const leased = (isOwn ? holding.subnets : []).join();
    const observed = (lease?.subnets ?? []).join();
    if (leased !== observed)
      breaks(
        'what is asked for is answered',
        `the cluster leases ${leased || 'nothing'} to ${host.name}, which observes ${observed || 'nothing'}`,
      );
    if (joinRequested && lease === undefined && !answered.has(host.history.lastJoin() ?? ''))
      breaks('what is asked for is answered', `the join of ${host.name} has neither a lease nor a refusal`);
  }
};

/** Who asked to leave, and has no pod any more, holds nothing. */
export const checkGivenBack = (world: ClusterWorld, host: Host): void => {
  if (isAside(world, host)) return;
  const holding = holdingOf(world.ledger.history.state(), host.node);
  if (holding?.incarnation === host.disk.logId() && host.history.state().leaveRequested)
    world.breaks('nothing leaks', `${host.name} left, and holds ${holding.subnets}`);
};
