import { conflist } from '../domain/cni/conflist.ts';
import { defaultAgentSocket, defaultQueue } from '../domain/cni/network-config.ts';
import { newestReader } from '../domain/reader.ts';
import { stagedConflist } from './agent-life.ts';
import { ask } from './runtime.ts';
import { network } from './slots.ts';
import { bridge, node, type World } from './world.ts';

/** Two subnets of thirteen addresses each, and half a minute of quarantine: small enough to run into every limit. */
export const configurations = ({ dualStack, olderReaders }: World) => {
  const podCidr = dualStack ? ['10.244.0.0/27', 'fd00:244::/123'] : '10.244.0.0/27';
  const common = { podCidr, nodeBits: dualStack ? [1, 1] : 1, hostCidr: '10.10.0.0/29', quarantine: 30 };
  // Where an older program may still read along, events are written as it knows them until that is raised.
  const usual = { ...common, minReader: olderReaders ? 1 : newestReader };
  return [usual, usual, { ...usual, quarantine: 60 }, { ...usual, podCidr: '10.245.0.0/27', nodeBits: 1 }];
};

const staged = conflist({
  network,
  bridge,
  mtu: 1410,
  agentSocket: defaultAgentSocket,
  queue: defaultQueue,
  portmap: false,
});

/** evio-config-gen, when it sees that the node has its lease. */
export const stage = (world: World): boolean => {
  const { lease, leaveRequested } = world.history.host;
  if (world.life?.handle === undefined || lease === undefined || leaveRequested) return false;
  world.surroundings.files.set(stagedConflist, staged);
  return ask(world, 'POST', '/v1/settle', {});
};

/** Somebody wants to be forgotten: mostly one who is there, for whom the agent has most to forget. */
export const redact = (world: World, pick: number, dryRun: boolean): string | undefined => {
  const latest = [...world.history.byKey.values()];
  const living = latest.filter(({ deletedAt }) => deletedAt === undefined);
  const added = pick % 4 > 0 && living.length > 0 ? living : latest;
  const one = added[pick % Math.max(1, added.length)];
  if (world.life?.handle === undefined || one === undefined) return undefined;
  const target = { position: one.position };
  ask(world, 'POST', '/v1/redact', { target, reason: 'request 4711', by: 'root', dryRun });
  return `redact position ${one.position}${dryRun ? ', dry' : ''}`;
};

/** The cluster wants the node's lease back. */
export const revoke = ({ life, ids }: World): boolean => {
  const agent = life?.agent;
  if (agent === undefined) return false;
  const commandId = ids.random();
  const cause = { actor: 'operator', commandId, correlationId: commandId };
  void agent.cluster.transact({ type: 'revoke', node, reason: 'it is being replaced' }, cause)();
  return true;
};

/** The agent stores snapshots when enough events have come; here, whenever the history wants it. */
export const keepSnapshots = ({ life }: World): boolean => {
  const agent = life?.agent;
  if (agent === undefined) return false;
  void agent.host.keep(1);
  void agent.cluster.keep(1);
  return true;
};
