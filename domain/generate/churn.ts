import type { NodeName } from '../identity/node-name.ts';
import { actOnHost, decideForCluster, requestJoin, startAgent, startNode } from './membership.ts';
import { startSandbox, stopPod } from './pods.ts';
import { startDaemons } from './workload.ts';
import { day, hour, minute, type Node, second, setReady, type World } from './world.ts';

/** A node's whole story, disk after disk. */
export const liveOn = (world: World, name: NodeName): void => {
  const node: Node = startNode(world, name, () => startDaemons(world, node));
  troubles(world, node);
};

const troubles = (world: World, node: Node): void => {
  const every = (mean: number, befall: (world: World, node: Node) => void): void => {
    world.timeline.after(hour + world.dice.around(mean), () => {
      if (!node.alive || world.nodes.get(node.name) !== node) return;
      befall(world, node);
      every(mean, befall);
    });
  };
  every(8 * day, reboot);
  every(40 * day, leave);
  every(60 * day, revoke);
  every(90 * day, loseDisk);
};

/** Down for some minutes. Its pods start again on it, in new sandboxes. */
const reboot = (world: World, node: Node): void => {
  const before = [...node.running.values()];
  node.running.clear();
  setReady(world, node, false);
  world.timeline.after(minute + world.dice.around(3 * minute), () => {
    startAgent(world, node);
    const { lease, fence } = node.host.state();
    if (lease !== undefined && fence === undefined) setReady(world, node, true);
    for (const running of before) {
      if (!running.restarts) continue;
      world.timeline.after(world.dice.around(20 * second), () => {
        if (!startSandbox(world, node, running)) running.displaced();
      });
    }
  });
};

/** Its pods end within some minutes; those that something wants elsewhere start there. */
const empty = (world: World, node: Node, within: number): void => {
  setReady(world, node, false);
  for (const running of node.running.values()) {
    world.timeline.after(world.dice.around(within), () => {
      if (node.running.get(running.containerId) !== running) return;
      stopPod(world, node, running);
      running.displaced();
    });
  }
};

/** Taken out of the cluster, and often back again: on the same disk or on a fresh one. The only one left always comes back: nothing would happen any more. */
const leave = (world: World, node: Node): void => {
  actOnHost(world, node, { type: 'request-leave' }, 'operator');
  empty(world, node, 2 * minute);
  const back = world.dice.below(10);
  world.timeline.after(hour + world.dice.around(12 * hour), () => {
    if (back < 4) requestJoin(world, node);
    else if (back < 8 || world.nodes.size === 1) {
      node.alive = false;
      liveOn(world, node.name);
    } else world.nodes.delete(node.name);
  });
};

/** The cluster takes the lease back; the node gives it up with its last pod and asks for another. */
const revoke = (world: World, node: Node): void => {
  decideForCluster(
    world,
    { type: 'revoke', node: node.name, reason: 'the subnet is being renumbered' },
    'operator',
  );
  empty(world, node, 30 * minute);
};

/** Its log ends in the middle. An operator attests that nothing of it runs; then it begins a new life. */
const loseDisk = (world: World, node: Node): void => {
  const lost = [...node.running.values()];
  node.running.clear();
  node.alive = false;
  setReady(world, node, false);
  for (const { displaced } of lost) world.timeline.after(5 * minute, displaced);
  world.timeline.after(hour, () => {
    const { name } = node;
    decideForCluster(world, { type: 'revoke', node: name, reason: 'its disk was lost' }, 'operator');
    const asOf = world.journal.stamp();
    decideForCluster(world, { type: 'release', node: name, by: 'attestation', asOf }, 'operator');
    decideForCluster(world, { type: 'leave', node: name, asOf }, 'operator');
    liveOn(world, name);
  });
};
