import { either as E } from 'fp-ts';
import type { ClusterCommand } from '../cluster/command.ts';
import type { HostCommand } from '../host/command.ts';
import type { HostEvent } from '../host/events.ts';
import { observedHolding } from '../host/observe-holding.ts';
import type { NodeName } from '../identity/node-name.ts';
import { hostStream } from '../stream.ts';
import { openEras } from './eras.ts';
import type { Written } from './journal.ts';
import { minute, type Node, second, setReady, type World } from './world.ts';

/*
 * Nodes and allocator as they talk to each other through the log: what services/ledger/allocator.ts and
 * services/agent/observe-cluster.ts do with a real one.
 */

type NodeCommand = Extract<ClusterCommand, { readonly node: NodeName }>;

/** A command to the cluster, then the node that it concerns learns of it. False when it is refused. */
export const decideForCluster = (
  world: World,
  command: NodeCommand,
  actor: string,
  request: string = world.dice.uuid(),
): boolean => {
  const commandId = world.ids.derive(request, command.type);
  const decided = world.allocator.act(command, { actor, commandId, correlationId: request });
  if (E.isLeft(decided)) return false;
  if (decided.right.length > 0)
    world.timeline.after(150 + world.dice.below(500), () => observe(world, command.node));
  return true;
};

const hear = (world: World, node: Node, { id, event }: Written<HostEvent>): void => {
  if (event.type !== 'JoinRequested' && event.type !== 'LeaseSurrendered') return;
  setReady(world, node, false);
  const { name, incarnation } = node;
  const asOf = world.journal.stamp();
  const commands: ReadonlyArray<NodeCommand> =
    event.type === 'JoinRequested'
      ? [
          { type: 'join', node: name, incarnation, publicKey: event.publicKey, asOf },
          { type: 'lease', node: name, incarnation, asOf },
        ]
      : [
          event.leaving
            ? { type: 'release', node: name, incarnation, by: 'holder', asOf }
            : { type: 'release', node: name, subnets: event.subnets, by: 'holder', asOf },
          ...(event.leaving ? [{ type: 'leave' as const, node: name, asOf }] : []),
        ];
  const decided = commands.every((command) => decideForCluster(world, command, 'allocator', id));
  // The cluster is full: the node asks again.
  if (!decided && event.type === 'JoinRequested')
    world.timeline.after(30 * minute, () => requestJoin(world, node));
};

/** A command to a node's own stream; what it asks of the cluster is heard. What is refused changes nothing. */
export const actOnHost = (
  world: World,
  node: Node,
  command: HostCommand,
  actor: string,
  commandId: string = world.dice.uuid(),
): ReadonlyArray<Written<HostEvent>> => {
  if (!node.alive) return [];
  const acted = node.host.act(command, { actor, commandId, correlationId: commandId });
  if (E.isLeft(acted)) return [];
  for (const written of acted.right) hear(world, node, written);
  return acted.right;
};

const observe = (world: World, name: NodeName): void => {
  const node = world.nodes.get(name);
  if (node === undefined) return;
  const { state, revision } = world.allocator;
  // What was surrendered is released before anybody observes.
  const command = observedHolding(state(), name, node.incarnation, revision(), revision());
  if (command === undefined) return;
  if (command.type === 'observe-fence') setReady(world, node, false);
  const observed = actOnHost(world, node, command, 'agent');
  if (command.type === 'observe-lease' && observed.length > 0 && node.alive) {
    setReady(world, node, true);
    node.onLease();
  }
};

export const requestJoin = (world: World, node: Node): void => {
  const { name, publicKey } = node;
  if (world.nodes.get(name) === node)
    actOnHost(world, node, { type: 'request-join', node: name, publicKey }, 'config-gen');
};

/** A node with a fresh disk starts its agent and asks for its subnet. */
export const startNode = (world: World, name: NodeName, onLease: () => void): Node => {
  const incarnation = world.dice.uuid();
  const stream = hostStream(world.cluster, name, incarnation);
  const node: Node = {
    name,
    incarnation,
    // Digits that are base64 as well: 32 bytes, the last of them ending in zeros.
    publicKey: `${world.dice.hex(42)}A=`,
    host: openEras(world, stream, incarnation),
    running: new Map(),
    onLease,
    alive: true,
  };
  world.nodes.set(name, node);
  startAgent(world, node);
  world.timeline.after(2 * second + world.dice.around(20 * second), () => requestJoin(world, node));
  return node;
};

/** The agent begins to serve after a boot of the machine: what ran before is gone, and its events say so. */
export const startAgent = (world: World, node: Node): void => {
  actOnHost(world, node, { type: 'start', bootId: world.dice.uuid() }, 'agent');
};
