import { endLife } from './agent-life.ts';
import { removeNetns } from './machine/kernel.ts';
import { attachAll, loseFlows, tellListeners } from './machine/switch-state.ts';
import type { Step } from './step.ts';
import { bridge, freshHistory, plantForeign, type Slot, type World } from './world.ts';

/** The machine stops in the middle of everything and boots again; what was written and not flushed may be gone. */
export const cutPower = (world: World, pick: number, keepPorts: boolean): void => {
  const { loop, kernel, ovs, surroundings, slots, disk } = world;
  for (const slot of slots) {
    if (slot.plugin !== undefined) loop.kill(slot.plugin, false);
    slot.plugin = undefined;
    slot.belief = 'unsure';
  }
  if (world.collecting !== undefined) loop.kill(world.collecting, false);
  world.collecting = undefined;
  endLife(world, false);
  for (const path of [...kernel.netns.keys()]) removeNetns(kernel, path);
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
  loseFlows(ovs);
  for (const port of ovs.ports.values()) if (port.ofport !== undefined) port.ofport = ovs.nextOfport++;
  if (!keepBridge) {
    ovs.bridges.delete(bridge);
    for (const [name, port] of ovs.ports) if (port.bridge === bridge) ovs.ports.delete(name);
    foreign.ports.clear();
  }
  tellListeners(ovs);
};

/** Somebody takes a pod's port out of the switch. */
export const unplug = ({ ovs }: World, { hostIfname }: Slot): boolean => {
  if (ovs.ports.get(hostIfname)?.externalIds === undefined) return false;
  ovs.ports.delete(hostIfname);
  tellListeners(ovs);
  return true;
};

export const setFault = (world: World, step: Extract<Step, { readonly on: boolean }>): boolean => {
  const { faults, ovs } = world;
  switch (step.type) {
    case 'disk-full':
      if (faults.diskFull === step.on) return false;
      faults.diskFull = step.on;
      return true;
    case 'switch-unreachable':
      if (faults.switchUnreachable === step.on) return false;
      faults.switchUnreachable = step.on;
      tellListeners(ovs);
      return true;
    case 'switch-slow':
      if (faults.switchSlow === step.on) return false;
      faults.switchSlow = step.on;
      if (!step.on) attachAll(ovs, (name) => world.kernel.links.has(name), world.steps);
      return true;
  }
};
