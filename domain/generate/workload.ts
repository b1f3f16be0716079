import { podNamed, startPod, stopPod } from './pods.ts';
import { anyReady, day, hour, minute, type Node, type Running, second, type World } from './world.ts';

/** On every node, for as long as the node lives: a daemon set's pods. */
export const startDaemons = (world: World, node: Node): void => {
  for (const name of ['node-exporter', 'log-shipper', 'edge-dns']) {
    const start = (): void => {
      if (node.alive)
        startPod(world, node, podNamed(world, 'kube-system', name), { displaced: start, restarts: true });
    };
    world.timeline.after(world.dice.around(10 * second), start);
  }
};

type Replica = {
  /** Of the last roll-out: what an earlier one had begun is given up. */
  revision: string;
  placed: { readonly node: Node; readonly running: Running } | undefined;
};

/** Starts it on a node that has room; while there is none, again later. */
const place = (world: World, namespace: string, name: string, replica: Replica): void => {
  if (replica.revision !== name) return;
  const again = (): void => place(world, namespace, name, replica);
  const node = anyReady(world);
  const running =
    node && startPod(world, node, podNamed(world, namespace, name), { displaced: again, restarts: true });
  if (node === undefined || running === undefined) world.timeline.after(minute, again);
  else replica.placed = { node, running };
};

const roll = (world: World, namespace: string, name: string, replicas: ReadonlyArray<Replica>): void => {
  const revision = `${name}-${world.dice.hex(10)}`;
  for (const [index, replica] of replicas.entries()) {
    world.timeline.after(index * 12 * second + world.dice.around(8 * second), () => {
      const before = replica.placed;
      replica.revision = revision;
      place(world, namespace, revision, replica);
      if (before !== undefined)
        world.timeline.after(15 * second, () => stopPod(world, before.node, before.running));
    });
  }
};

/** Replicas that live until the next roll-out, pod by pod: the new one first. */
export const startDeployment = (world: World, name: string): void => {
  const namespace = `team-${world.dice.below(12)}`;
  const replicas: ReadonlyArray<Replica> = Array.from({ length: 4 + world.dice.around(44) }, () => ({
    revision: '',
    placed: undefined,
  }));
  const rollAgain = (): void => {
    roll(world, namespace, name, replicas);
    world.timeline.after(hour + world.dice.around(day), rollAgain);
  };
  rollAgain();
};

/** One pod at a time, for some minutes, again and again. */
export const startCronJob = (world: World, name: string): void => {
  const period = 10 * minute + world.dice.around(50 * minute);
  const runOnce = (): void => {
    const node = anyReady(world);
    const ended = (): void => {};
    const running =
      node && startPod(world, node, podNamed(world, 'batch', name), { displaced: ended, restarts: false });
    if (node !== undefined && running !== undefined) {
      const reason = world.dice.chance(0.01) ? 'collected' : 'deleted';
      world.timeline.after(5 * second + world.dice.around(4 * minute), () =>
        stopPod(world, node, running, reason),
      );
    }
    world.timeline.after(period, runOnce);
  };
  world.timeline.after(world.dice.below(period), runOnce);
};
