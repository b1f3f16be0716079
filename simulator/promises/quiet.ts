import { isDeepStrictEqual } from 'node:util';
import { addressesOf } from '../../domain/host/state.ts';
import { keyOf } from '../slots.ts';
import type { World } from '../world.ts';
import { checkGuards } from './flows.ts';
import { compareGuests, compareGuestsBoot } from './guests.ts';
import { compareLent } from './lending.ts';

const compareStates = ({ life, history, breaks }: World): void => {
  const agent = life?.agent;
  if (agent === undefined) return;
  for (const [name, live, logged] of [
    ['host', agent.host.state(), history.host],
    ['cluster', agent.cluster.state(), history.cluster],
  ] as const)
    if (!isDeepStrictEqual(live, logged))
      breaks('the live state is that of the log', `the ${name}'s is another`);
};

const compareAddresses = ({ kernel, breaks }: World): void => {
  const holders = new Map<string, string>();
  for (const [name, { addresses }] of kernel.links)
    for (const address of addresses) {
      const other = holders.get(address);
      if (other !== undefined)
        breaks('no address is held by two live attachments', `${address} answers on ${other} and ${name}`);
      holders.set(address, name);
    }
};

/** What the runtime was told is there is there, for as long as it asks for nothing else. */
const comparePods = ({ slots, history, kernel, breaks }: World): void => {
  for (const slot of slots) {
    const { containerId, belief, orphan, addresses, path, hostIfname } = slot;
    if (belief !== 'live') continue;
    const attachment = history.host.attachments.get(keyOf(slot));
    // Not adopted yet, or not to be; or released because it ended and nobody said so.
    const unknown = attachment === undefined && (orphan || !kernel.netns.has(path));
    if (unknown) continue;
    if (attachment?.status !== 'attached' || addressesOf(attachment).join() !== addresses.join())
      breaks('nothing that is held is released unasked', `${containerId} was told ${addresses}`);
    if (kernel.netns.has(path) && kernel.links.get(hostIfname)?.addresses.join() !== addresses.join())
      breaks('nothing that is held is released unasked', `${containerId} lost its link`);
  }
};

const compareForeign = ({ kernel, ovs, foreign, breaks }: World): void => {
  for (const name of foreign.links) {
    const link = kernel.links.get(name);
    if (link === undefined || link.alias !== undefined) breaks('only our own is touched', `the link ${name}`);
  }
  for (const name of foreign.ports)
    if (!ovs.ports.has(name)) breaks('only our own is touched', `the port ${name}`);
};

/** A start in another boot takes back what the machine lost with its power. */
const compareBoot = ({ life, history, bootedAt, breaks }: World): void => {
  if (life?.agent === undefined) return;
  for (const key of history.host.attachments.keys())
    if ((history.byKey.get(key)?.position ?? -1) <= bootedAt)
      breaks('nothing is held from before a reboot', key);
};

/**
 * What somebody takes is put back within a second of being heard of; twice that, for a round that has just begun. What passes while the
 * kernel's news or an answer is on its way is the machine's delay, not the agent's.
 */
const promptlyMs = 2000;

const compareTaken = ({ taken, kernel, surroundings, life, history, faults, loop, breaks }: World): void => {
  const { lease } = history.host;
  const hears = life?.agent !== undefined && lease !== undefined;
  // An agent that says that it is not ready tries again in its sweep.
  const hindered =
    faults.switchUnreachable || faults.switchSlow || life?.agent?.readiness.reasons.length !== 0;
  if (!hears || hindered) taken.clear();
  for (const [what, at] of taken) {
    const link = kernel.links.get(what.replace('the link ', ''));
    const isBack =
      what === 'gateway'
        ? kernel.gateway.length > 0
        : what === 'rules'
          ? surroundings.masquerade
          : (link?.up ?? true);
    if (isBack) taken.delete(what);
    else if (loop.idleMs() - at > promptlyMs) breaks('what is ours is put back', `${what} is not`);
  }
};

/** What holds whenever nothing is under way. */
export const checkQuiet = (world: World): void => {
  compareStates(world);
  compareAddresses(world);
  comparePods(world);
  compareForeign(world);
  compareBoot(world);
  compareTaken(world);
  compareLent(world);
  compareGuests(world);
  compareGuestsBoot(world);
  checkGuards(world);
};
