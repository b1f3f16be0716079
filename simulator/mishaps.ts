import type { Incarnation } from '../domain/identity/uuid.ts';
import { endLife, startLife } from './agent-life.ts';
import { orphanGuests } from './guests.ts';
import { cutFolders } from './machine/address-folders.ts';
import { removeNetns } from './machine/kernel.ts';
import { snapshotPaths } from './machine/snapshots.ts';
import { allocatorCheckpoint } from './machine/surroundings.ts';
import { attachAll, loseFlows, tellAll, tellListeners } from './machine/switch-state.ts';
import { configurations } from './operator.ts';
import { uuidFrom } from './random.ts';
import { ask, restart } from './runtime.ts';
import type { Slot } from './slots.ts';
import type { Step } from './step.ts';
import { bridge, freshHistory, plantForeign, type World } from './world.ts';

/** The machine stops in the middle of everything and boots again; what was written and not flushed may be gone. */
export const cutPower = (world: World, pick: number, keepPorts: boolean): void => {
  const { loop, kernel, ovs, surroundings, slots, pool, disk, folders } = world;
  for (const pod of [...slots, ...pool.guests]) {
    if (pod.plugin !== undefined) loop.kill(pod.plugin, false);
    pod.plugin = undefined;
    pod.belief = 'unsure';
  }
  if (world.collecting !== undefined) loop.kill(world.collecting, false);
  world.collecting = undefined;
  endLife(world, false);
  for (const path of [...kernel.netns.keys()]) removeNetns(kernel, path, loop.now());
  kernel.links.clear();
  kernel.gateway = [];
  if (!keepPorts) ovs.ports.clear();
  for (const port of ovs.ports.values()) {
    port.ofport = undefined;
    port.error = 'could not open network device';
  }
  surroundings.settings.clear();
  surroundings.masquerade = undefined;
  plantForeign(world);
  disk.cutPower(pick);
  cutFolders(folders, pick);
  world.history = freshHistory(world);
  world.bootedAt = world.history.end;
  world.boots += 1;
};

/**
 * The bridge's interface goes, and with it what was on it, and all flows; its ports come back, each with another number, only
 * when the database still has them.
 */
export const restartSwitch = (world: World, keepBridge: boolean): void => {
  const { kernel, ovs, foreign } = world;
  kernel.gateway = [];
  world.taken.clear();
  loseFlows(ovs);
  for (const port of ovs.ports.values()) if (port.ofport !== undefined) port.ofport = ovs.nextOfport++;
  if (!keepBridge) {
    ovs.bridges.delete(bridge);
    for (const [name, port] of ovs.ports) if (port.bridge === bridge) ovs.ports.delete(name);
    foreign.ports.clear();
  }
  tellAll(ovs);
};

/** Somebody takes a pod's port out of the switch. */
export const unplug = ({ ovs }: World, { hostIfname }: Slot): boolean => {
  if (ovs.ports.get(hostIfname)?.externalIds === undefined) return false;
  ovs.ports.delete(hostIfname);
  tellListeners(ovs);
  return true;
};

/** Longer than a DEL has patience, with an agent that is gone and with one that does not answer. */
const outageMs = 5000;
const deafMs = 12_000;

/** Pods do not stay as they are because nobody looks after them. */
const restartSome = (world: World): void => {
  const there = world.slots.filter(({ belief }) => belief !== 'absent');
  for (const slot of there.slice(0, 3)) restart(world, slot);
};

const later = ({ loop }: World, ms: number, label: string, task: () => void): void =>
  void loop.sleep({ alive: true, name: 'machine' }, ms, label).then(task);

/** The log's file is gone with all that is beside it; somebody sets the node up again as it was. */
export const loseLog = (world: World): void => {
  endLife(world, false);
  world.disk.lose(uuidFrom(world.roll) as Incarnation);
  for (const path of [allocatorCheckpoint, ...snapshotPaths]) world.surroundings.files.delete(path);
  world.history = freshHistory(world);
  world.answered.clear();
  world.bootedAt = -1;
  world.losses += 1;
  for (const slot of world.slots) slot.orphan = slot.belief === 'live';
  orphanGuests(world);
  later(world, outageMs, 'the agent is started on a new log', () => {
    if (world.life === undefined) startLife(world);
  });
  later(world, 2 * outageMs, 'the cluster is configured again', () => {
    ask(world, 'POST', '/v1/configure', configurations(world)[0]);
  });
  later(world, 3 * outageMs, 'the node joins again', () => {
    ask(world, 'POST', '/v1/join', {});
  });
};

/** The agent dies, and what keeps it running takes its time. */
export const outage = (
  world: World,
  { linger, hindered }: Extract<Step, { readonly type: 'outage' }>,
): void => {
  endLife(world, linger);
  if (hindered) world.faults.once.add('detachPod');
  restartSome(world);
  later(world, outageMs, 'the agent is started again', () => {
    if (world.life === undefined) startLife(world);
  });
};

/** The agent takes connections and answers none, as a process that is stopped. */
export const deafen = (world: World): boolean => {
  const { faults } = world;
  if (faults.deaf) return false;
  faults.deaf = true;
  restartSome(world);
  later(world, deafMs, 'the agent answers again', () => {
    faults.deaf = false;
  });
  return true;
};

export const setFault = (world: World, step: Extract<Step, { readonly on: boolean }>): boolean => {
  const { faults, ovs } = world;
  switch (step.type) {
    case 'disk-full':
      if (faults.diskFull === step.on) return false;
      faults.diskFull = step.on;
      return true;
    case 'blind':
      if (faults.blind === step.on) return false;
      faults.blind = step.on;
      return true;
    case 'switch-unreachable':
      if (faults.switchUnreachable === step.on) return false;
      faults.switchUnreachable = step.on;
      tellAll(ovs);
      return true;
    case 'switch-slow':
      if (faults.switchSlow === step.on) return false;
      faults.switchSlow = step.on;
      if (!step.on) attachAll(ovs, (name) => world.kernel.links.has(name), world.steps);
      return true;
  }
};
