import { addressAt } from '../domain/ip/cidr.ts';
import { clusterStream, hostStream } from '../domain/stream.ts';
import { endLife, startLife, stopLife } from './agent-life.ts';
import { actOnGuest, collectGuests, loseFolder } from './guests.ts';
import { removeNetns } from './machine/kernel.ts';
import { forgetAll } from './machine/lender.ts';
import { tamper } from './machine/snapshots.ts';
import { cutPower, deafen, loseLog, outage, restartSwitch, setFault, unplug } from './mishaps.ts';
import { configurations, keepSnapshots, redact, revoke, stage } from './operator.ts';
import { add, ask, check, collect, del, killCollecting, killPlugin, restart, status } from './runtime.ts';
import { isLent, lentNetwork, type Slot } from './slots.ts';
import type { Step } from './step.ts';
import { lowerLink, take } from './takings.ts';
import { cluster, node, type World } from './world.ts';

/** An address of the node's lease that may be free, held, or never given. */
const requested = ({ history }: World, index: number | undefined): ReadonlyArray<string> => {
  const subnet = history.host.lease?.subnets[0];
  return index === undefined || subnet === undefined ? [] : [addressAt(subnet, BigInt(index))];
};

const ofSlot = (
  world: World,
  type: 'del' | 'restart' | 'check' | 'kill-plugin' | 'end-netns' | 'unplug' | 'lower-link',
  slot: Slot,
): boolean => {
  switch (type) {
    case 'del':
      return del(world, slot);
    case 'restart':
      return restart(world, slot);
    case 'check':
      return check(world, slot, () => undefined);
    case 'kill-plugin':
      return killPlugin(world, slot);
    case 'end-netns':
      // The runtime ends a pod before its network goes.
      if (!world.kernel.netns.has(slot.path) || slot.plugin !== undefined) return false;
      removeNetns(world.kernel, slot.path, world.loop.now());
      return true;
    case 'unplug':
      return unplug(world, slot);
    case 'lower-link':
      return lowerLink(world, slot);
  }
};

/** One of those that run, for there are few: else nearly all that end would not have been there. */
const livePod = ({ slots }: World, pick: number): Slot | undefined => {
  const live = slots.filter(({ belief }) => belief === 'live');
  return live[pick % Math.max(1, live.length)];
};

/** Of the runs that listen: those of the whole program. */
const terminate = ({ slots, pool }: World, pick: number): string | undefined => {
  const runs = [...slots.filter(isLent), ...pool.guests].filter(({ plugin }) => plugin !== undefined);
  const run = runs[pick % Math.max(1, runs.length)];
  run?.terminate();
  return run && `the run for ${run.containerId} is told to end`;
};

const gc = (world: World, { forgetUnsure, of }: Extract<Step, { readonly type: 'gc' }>): boolean => {
  if (of === 'pool') return collectGuests(world, forgetUnsure);
  return of === 'lent' ? collect(world, forgetUnsure, lentNetwork) : collect(world, forgetUnsure);
};

/** Does one step; gives what happened in words, or `undefined` when it meant nothing in this world. */
export const act = (world: World, step: Step): string | undefined => {
  const { loop, life, slots } = world;
  const said = (done: boolean, words: string = step.type): string | undefined => (done ? words : undefined);
  switch (step.type) {
    case 'release':
      return loop.release(step.pick);
    case 'elapse':
      return loop.elapse();
    case 'add': {
      const slot = slots[step.slot];
      if (slot === undefined) return undefined;
      const addresses = requested(world, step.address);
      return said(add(world, slot, addresses), `ADD ${slot.containerId} ${addresses.join()}`);
    }
    case 'del':
    case 'restart':
    case 'check':
    case 'kill-plugin':
    case 'end-netns':
    case 'unplug':
    case 'lower-link': {
      const slot = step.type === 'end-netns' ? livePod(world, step.slot) : slots[step.slot];
      return slot && said(ofSlot(world, step.type, slot), `${step.type} ${slot.containerId}`);
    }
    case 'gc':
      return said(
        gc(world, step),
        `GC ${step.of ?? ''}, ${step.forgetUnsure ? 'forgetting' : 'keeping'} the unsure`,
      );
    case 'kill-gc':
      return said(killCollecting(world));
    case 'guest':
      return said(actOnGuest(world, step), `${step.does} g${step.guest} ${step.address ?? ''}`);
    case 'terminate':
      return terminate(world, step.pick);
    case 'lose-folder':
      return said(loseFolder(world), 'the files of evio-ipam are removed');
    case 'forget-lent':
      forgetAll(world.lender);
      return 'the delegate loses its records';
    case 'redact':
      return redact(world, step.pick, step.dryRun);
    case 'configure': {
      const configuration = configurations(world)[step.variant];
      return said(
        ask(world, 'POST', '/v1/configure', configuration),
        `configure ${JSON.stringify(configuration)}`,
      );
    }
    case 'stage':
      return said(stage(world));
    case 'join':
    case 'leave':
    case 'close-era':
    case 'settle':
      return said(ask(world, 'POST', `/v1/${step.type}`, {}));
    case 'pods':
    case 'leases':
      return said(ask(world, 'GET', `/v1/${step.type}`));
    case 'status':
      return said(status(world));
    case 'revoke':
      return said(revoke(world));
    case 'start':
      if (life?.handle !== undefined && life.latched?.() !== undefined) {
        stopLife(world, life);
        return 'the agent, whose log is latched, is asked to end';
      }
      if (life !== undefined) return undefined;
      startLife(world);
      return 'the agent starts';
    case 'stop':
      if (life?.handle === undefined) return undefined;
      stopLife(world, life);
      return 'the agent is asked to end';
    case 'crash':
      if (life === undefined) return undefined;
      endLife(world, step.linger);
      return `kill -9${step.linger ? '; what it had sent to the switch is done' : ''}`;
    case 'outage':
      if (life === undefined) return undefined;
      outage(world, step);
      return 'kill -9, and nobody starts it for a while';
    case 'cut-power':
      cutPower(world, step.pick, step.keepPorts);
      return `power cut; the switch ${step.keepPorts ? 'remembers' : 'forgets'} its ports`;
    case 'fail':
      if (world.faults.once.has(step.operation)) return undefined;
      world.faults.once.add(step.operation);
      return `the next ${step.operation} fails`;
    case 'disk-full':
    case 'switch-unreachable':
    case 'switch-slow':
    case 'blind':
      return said(setFault(world, step), `${step.type}: ${step.on}`);
    case 'lose-log':
      loseLog(world);
      return 'the log is lost, and the agent with it';
    case 'take-gateway':
    case 'take-rules':
      return said(take(world, step.type === 'take-gateway' ? 'gateway' : 'rules'));
    case 'deafen':
      return said(deafen(world), 'the agent answers no more for a while');
    case 'restart-switch':
    case 'delete-bridge':
      restartSwitch(world, step.type === 'restart-switch');
      return step.type;
    case 'keep-snapshots':
      return said(keepSnapshots(world));
    case 'tamper': {
      const streams = {
        host: hostStream(cluster, node, world.disk.logId()),
        cluster: clusterStream(cluster),
      };
      tamper(world.surroundings.files, step.tampering, world.disk.logId(), streams);
      return `the snapshots are ${step.tampering}`;
    }
    case 'set-clock':
      world.wall.offsetMs += step.bySeconds * 1000;
      return `the wall clock is set by ${step.bySeconds} s`;
  }
};
