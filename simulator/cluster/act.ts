import { type Host, imageOf, isLatched } from './host.ts';
import { ask, endHost, startHost } from './host-life.ts';
import { endLedger, restoreLedger, startLedger } from './ledger-life.ts';
import { clone, cutConnections, cutPower, loseDisk, putOlderBack, returnDisk } from './mishaps.ts';
import { attest, configure, isOver, resume, revoke } from './operator.ts';
import { addPod, deletePod } from './pods.ts';
import { endSecond, startSecond } from './second-allocator.ts';
import type { ClusterStep } from './step.ts';
import type { ClusterWorld } from './world.ts';

type OfHost = Extract<ClusterStep, { readonly host: number }>;

const publicKey = 'bm90IGEga2V5LCBidXQgMzIgYnl0ZXMgbG9uZyEh';

const setPath = ({ path }: Host, there: boolean, back: boolean): boolean => {
  if (path.there === there && path.back === back) return false;
  Object.assign(path, { there, back });
  return true;
};

/** Whether it meant something. */
const actOn = (world: ClusterWorld, host: Host, step: OfHost): boolean => {
  const { life } = host;
  const isUp = life?.membership !== undefined;
  switch (step.type) {
    case 'add':
      return addPod(world, host, `c${step.pod}`);
    case 'del': {
      const there = [...host.history.state().attachments.values()];
      const one = there[step.pod % Math.max(1, there.length)];
      return one !== undefined && deletePod(world, host, one.containerId);
    }
    case 'join':
      if (!isUp || host.history.state().lease !== undefined) return false;
      void ask(world, host, { type: 'request-join', node: host.node, publicKey });
      return true;
    case 'leave':
      if (!isUp || host.history.state().lease === undefined) return false;
      void ask(world, host, { type: 'request-leave' });
      return true;
    case 'close-era': {
      if (life?.membership === undefined) return false;
      const commandId = world.ids.random();
      void life.membership.closeEra({ actor: 'operator', commandId, correlationId: commandId })();
      return true;
    }
    case 'start':
      if (isLatched(host)) endHost(world, host);
      else if (life !== undefined) return false;
      startHost(world, host);
      return true;
    case 'crash':
      if (life === undefined) return false;
      endHost(world, host);
      return true;
    case 'power-cut':
      cutPower(world, host, step.pick);
      return true;
    case 'path':
      return setPath(host, step.there, step.back);
    case 'mishap':
      host.path.once.add(step.mishap);
      return true;
    case 'fail':
      host.faults.once.add(step.operation);
      return true;
    case 'set-clock':
      host.wall.offsetMs += step.bySeconds * 1000;
      return true;
    case 'cut-connections':
      return cutConnections(world, host);
    case 'lose-disk':
      loseDisk(world, host);
      return true;
    case 'return-disk':
      return returnDisk(world, host);
    case 'keep-image':
      host.kept = imageOf(host);
      return true;
    case 'put-older-back':
      return putOlderBack(world, host);
    case 'clone':
      return clone(world, host);
    case 'join-over':
      if (!isUp || host.history.state().lease !== undefined || !isOver(world, host)) return false;
      void ask(world, host, { type: 'request-join', node: host.node, publicKey, replace: true });
      return true;
    case 'revoke':
      return revoke(world, host);
    case 'attest':
      return attest(world, host);
  }
};

const partition = (world: ClusterWorld, from: number, to: number, open: boolean): boolean => {
  const { hosts } = world;
  const [first, last] = [from % hosts.length, to % hosts.length];
  const part = hosts.slice(Math.min(first, last), Math.max(first, last) + 1);
  return part.map((host) => setPath(host, open, open)).some((changed) => changed);
};

/** Whether it meant something. */
const actOnLedger = (world: ClusterWorld, step: Exclude<ClusterStep, OfHost>): boolean => {
  const { ledger, second } = world;
  switch (step.type) {
    case 'partition':
      return partition(world, step.from, step.to, step.open);
    case 'configure':
      return configure(world, step.quarantineSeconds);
    case 'resume':
      return resume(world);
    case 'set-ledger-clock':
      ledger.wall.offsetMs += step.bySeconds * 1000;
      return true;
    case 'start-ledger':
      if (ledger.life !== undefined) return false;
      startLedger(world);
      return true;
    case 'crash-ledger':
      if (ledger.life === undefined) return false;
      endLedger(world);
      return true;
    case 'lose-checkpoint':
      ledger.surroundings.files.clear();
      return true;
    case 'back-up':
      ledger.backup = ledger.disk.image();
      return true;
    case 'restore':
      return restoreLedger(world);
    case 'start-second':
      if (second.life !== undefined || ledger.life?.store === undefined) return false;
      startSecond(world);
      return true;
    case 'crash-second':
      if (second.life === undefined) return false;
      endSecond(world);
      return true;
    default:
      return false;
  }
};

const words = (step: ClusterStep): string => {
  const { type, ...more } = step;
  return [type, ...Object.values({ ...more, host: undefined }).filter((value) => value !== undefined)].join(
    ' ',
  );
};

/** Does one step; gives what happened in words, or `undefined` when it meant nothing in this world. */
export const act = (world: ClusterWorld, step: ClusterStep): string | undefined => {
  const { loop, hosts } = world;
  if (step.type === 'release') return loop.release(step.pick);
  if (step.type === 'elapse') return loop.elapse();
  if (!('host' in step)) return actOnLedger(world, step) ? words(step) : undefined;
  const host = hosts[step.host % hosts.length];
  return host !== undefined && actOn(world, host, step) ? `${words(step)} (${host.name})` : undefined;
};
