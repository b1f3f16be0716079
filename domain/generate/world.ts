import type { ClusterCommand } from '../cluster/command.ts';
import type { ClusterEvent } from '../cluster/events.ts';
import type { ClusterFailure } from '../cluster/failure.ts';
import type { ClusterState } from '../cluster/state.ts';
import type { HostCommand } from '../host/command.ts';
import type { HostEvent, Pod } from '../host/events.ts';
import type { HostFailure } from '../host/failure.ts';
import type { HostState } from '../host/state.ts';
import type { ClusterName } from '../identity/cluster-name.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Incarnation } from '../identity/uuid.ts';
import type { Sha256 } from '../port/digest.ts';
import type { Ids } from '../port/ids.ts';
import type { Dice } from './dice.ts';
import type { Journal, StreamWriter } from './journal.ts';
import type { Timeline } from './timeline.ts';

/** What the kubelet of a node runs: known to the world, not to the log. */
export type Running = {
  /** Another one behind a reboot. */
  containerId: string;
  readonly pod: Pod;
  /** Told when its node has gone down or is emptied, so that its owner starts it somewhere else; else it ends with its node. */
  readonly displaced: () => void;
  /** Whether the kubelet of the same node starts it again after a reboot. */
  readonly restarts: boolean;
};

/** One life of a node. */
export type Node = {
  readonly name: NodeName;
  readonly incarnation: Incarnation;
  readonly publicKey: string;
  readonly host: StreamWriter<HostCommand, HostEvent, HostState, HostFailure>;
  readonly running: Map<string, Running>;
  /** What it starts as soon as it may take pods. */
  readonly onLease: () => void;
  /** False from the moment that its disk is lost: nothing more is written to its stream. */
  alive: boolean;
};

export type World = {
  readonly cluster: ClusterName;
  readonly eraEvents: number;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly journal: Journal;
  readonly sha256: Sha256;
  readonly ids: Pick<Ids, 'derive'>;
  readonly allocator: StreamWriter<ClusterCommand, ClusterEvent, ClusterState, ClusterFailure>;
  readonly nodes: Map<NodeName, Node>;
  /** Nodes that take pods now. */
  readonly ready: Node[];
};

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A node that takes pods, by chance; `undefined` while there is none. */
export const anyReady = ({ ready, dice }: World): Node | undefined => ready[dice.below(ready.length)];

export const setReady = ({ ready }: World, node: Node, isReady: boolean): void => {
  const index = ready.indexOf(node);
  if (isReady && index < 0) ready.push(node);
  if (!isReady && index >= 0) ready.splice(index, 1);
};
