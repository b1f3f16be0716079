import type { Settle } from '../playing.ts';
import { type Host, isLatched } from './host.ts';
import { ask, endHost, startHost } from './host-life.ts';
import { endLedger, startLedger } from './ledger-life.ts';
import { deleteAll } from './pods.ts';
import { checkCopies } from './promises/copies.ts';
import { checkGivenBack, checkJoined } from './promises/joined.ts';
import { checkState } from './promises/state.ts';
import { endSecond } from './second-allocator.ts';
import type { ClusterWorld } from './world.ts';

/** Longer than any patience and any pause between two tries, so that all which repairs itself has had its turn. */
const longEnough = 40_000;

const calmDown = (world: ClusterWorld): void => {
  const { hosts, ledger } = world;
  endSecond(world);
  for (const { faults, path } of hosts) {
    faults.once.clear();
    path.once.clear();
    Object.assign(path, { there: true, back: true });
  }
  // Of two allocators one stood down, for good: whatever watches over it starts it again.
  if (ledger.doubled) endLedger(world);
  if (ledger.life === undefined) startLedger(world);
};

const publicKey = 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh';

const wantsToJoin = ({ history }: Host): boolean => {
  const { lease, joinRequested } = history.state();
  return lease === undefined && !joinRequested;
};

const checkAll = (world: ClusterWorld): void => {
  for (const host of world.hosts) checkState(world, host);
  checkCopies(world);
  checkJoined(world);
};

/** The network is whole again, everything runs: the ledger has what the nodes have, and each node what it was promised. Then half of them leave. */
export const finish = async (world: ClusterWorld, settle: Settle): Promise<void> => {
  const { hosts } = world;
  calmDown(world);
  if (!(await settle(longEnough))) return;
  for (const host of hosts) {
    if (isLatched(host)) endHost(world, host);
    if (host.life === undefined) startHost(world, host);
  }
  if (!(await settle(longEnough))) return;
  for (const host of hosts)
    if (wantsToJoin(host)) void ask(world, host, { type: 'request-join', node: host.node, publicKey });
  if (!(await settle(longEnough))) return;
  checkAll(world);
  if (world.broken !== undefined) return;
  for (const host of hosts) deleteAll(world, host);
  const leaving = hosts.filter((_, index) => index % 2 === 0);
  for (const host of leaving)
    if (host.history.state().lease !== undefined) void ask(world, host, { type: 'request-leave' });
  if (!(await settle(longEnough))) return;
  checkAll(world);
  for (const host of leaving) checkGivenBack(world, host);
};
