import { either as E } from 'fp-ts';
import { sha256 } from '../adapters/system/sha256.ts';
import type { Log } from '../domain/port/log.ts';
import { startAgent } from '../services/agent/agent.ts';
import type { AgentConfiguration } from '../services/agent/configuration.ts';
import type { AgentPorts } from '../services/agent/ports.ts';
import { agentAnswers } from '../services/agent/routes.ts';
import { derivedCopies } from '../services/derived-copies.ts';
import type { Owner } from './loop.ts';
import { openAddressFolders } from './machine/address-folders.ts';
import { openFlowTable } from './machine/flow-table.ts';
import { heardLater } from './machine/heard-later.ts';
import { openKernel } from './machine/kernel.ts';
import { openDelQueue } from './machine/queue.ts';
import { openSnapshots, snapshotPaths } from './machine/snapshots.ts';
import { allocatorCheckpoint, openFiles, openFirewall, openSettings } from './machine/surroundings.ts';
import { openSwitch } from './machine/switch.ts';
import { openClock, openTimer } from './machine/time.ts';
import { bootIdOf, bridge, cluster, type Life, node, type World } from './world.ts';

const quiet = (): void => undefined;

/** Nobody reads the journal here, but for the refusals in it: they are all of an answer that a node gets. */
const journal = ({ answered }: World): Log => ({
  debug: quiet,
  info: quiet,
  warn: (_message, { request } = {}) => {
    if (typeof request === 'string') answered.add(request);
  },
  error: quiet,
});

export const stagedConflist = '/var/lib/evio/10-evio.conflist';
export const publishedConflist = '/etc/cni/net.d/10-evio.conflist';

const configurationOf = (world: World): AgentConfiguration => {
  const { eraEvents } = world;
  const bootId = bootIdOf(world);
  return {
    cluster,
    node,
    bootId: world.seams.bootId?.(bootId) ?? bootId,
    publicKey: 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh',
    bridge: { name: bridge, datapathType: 'netdev', mtu: 1410 },
    masqueradeExclude: [],
    antiSpoofing: true,
    switchTimeoutMs: 10_000,
    coolDownMs: 30_000,
    sweepMs: 60_000,
    subnetIdleMs: 600_000,
    stagedConflist,
    publishedConflist,
    allocatorCheckpoint,
    eraEvents,
  };
};

const portsOf = (world: World, owner: Owner): AgentPorts => {
  const { loop, faults, kernel, ovs, surroundings, queue, folders, wall, ids, disk } = world;
  const clock = openClock(loop, wall);
  const store = heardLater(disk.open(owner, clock), loop, owner);
  const files = openFiles(surroundings, faults, loop, owner);
  const log = journal(world);
  return {
    ownLog: store,
    latched: store.latched,
    clusterLog: store,
    redactor: store,
    derived: derivedCopies(files, snapshotPaths),
    switch: openSwitch(ovs, faults, loop, owner, {
      hasLink: (name) => kernel.links.has(name),
      step: () => world.steps,
    }),
    flows: openFlowTable(ovs, faults, loop, owner, () => world.steps),
    kernel: openKernel(kernel, faults, loop, owner, (name) => ovs.bridges.has(name)),
    firewall: openFirewall(surroundings, faults, loop, owner),
    settings: openSettings(surroundings, faults, loop, owner),
    files,
    delQueue: openDelQueue(queue, faults, loop, owner),
    addressFolders: openAddressFolders(folders, faults, loop, owner),
    clock,
    timer: openTimer(loop, owner),
    ids,
    sha256,
    log,
    snapshots: openSnapshots(files, log),
  };
};

/** The agent's process begins; it serves when it has opened its log and settled. */
export const startLife = (world: World): void => {
  world.lives += 1;
  const owner: Owner = { alive: true, name: `agent ${world.lives}` };
  const life: Life = {
    owner,
    beganAt: world.steps,
    open: new Set(),
    agent: undefined,
    handle: undefined,
    latched: undefined,
  };
  world.life = life;
  const ports = portsOf(world, owner);
  life.latched = ports.latched;
  const { seams } = world;
  startAgent(seams.ports?.(ports, world, owner) ?? ports, configurationOf(world)).then(
    (started) => {
      if (!owner.alive) return;
      if (E.isLeft(started)) {
        endLife(world, false);
        return;
      }
      const agent = seams.agent?.(started.right, world, owner) ?? started.right;
      life.agent = agent;
      life.handle = agentAnswers(agent);
    },
    (defect) => world.breaks('no defect', `the agent could not start: ${defect}`),
  );
};

/** The agent's process ends in the middle of whatever it did, and everybody who waits for it hears that. */
export const endLife = (world: World, linger: boolean): void => {
  const { life } = world;
  if (life === undefined) return;
  world.loop.kill(life.owner, linger);
  world.ovs.listeners.clear();
  world.ovs.flowListeners.clear();
  world.queue.watchers.clear();
  world.kernel.watchers.clear();
  world.life = undefined;
  for (const open of life.open) open.hangUp();
};

/** The agent is asked to end: it finishes what is under way. */
export const stopLife = (world: World, life: Life): void => {
  const { agent } = life;
  life.handle = undefined;
  agent?.stop().then(
    () => {
      if (world.life === life) endLife(world, false);
    },
    (defect) => world.breaks('no defect', `the agent could not stop: ${defect}`),
  );
};
