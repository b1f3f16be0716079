import { tellWatchers } from './machine/kernel.ts';
import type { Slot } from './slots.ts';
import type { Taking, World } from './world.ts';

/** Noted only where the agent is there to hear of it, and nothing hinders it. */
const note = ({ life, loop, faults, history, taken }: World, what: Taking): void => {
  const hears = life?.agent !== undefined && history.host.lease !== undefined;
  if (hears && !faults.switchUnreachable && !faults.switchSlow) taken.set(what, loop.idleMs());
};

export const take = (world: World, what: 'gateway' | 'rules'): boolean => {
  const { kernel, surroundings } = world;
  if (what === 'gateway') {
    if (kernel.gateway.length === 0) return false;
    kernel.gateway = [];
    note(world, what);
    tellWatchers(kernel, { gateway: true });
    return true;
  }
  if (surroundings.masquerade === undefined) return false;
  surroundings.masquerade = undefined;
  note(world, what);
  tellWatchers(kernel, { rules: true });
  return true;
};

/** Somebody takes a pod's link down. */
export const lowerLink = (world: World, { hostIfname, belief }: Slot): boolean => {
  const link = world.kernel.links.get(hostIfname);
  if (link?.alias === undefined || !link.up) return false;
  link.up = false;
  if (belief === 'live') note(world, `the link ${hostIfname}`);
  tellWatchers(world.kernel, { down: [hostIfname] });
  return true;
};
