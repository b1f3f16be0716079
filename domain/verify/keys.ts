import type { ClusterEvent } from '../cluster/events.ts';
import type { HostEvent } from '../host/events.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { Seen } from './seen.ts';

/** A node's public key as a log names it, and the first event that does. */
export type KnownKey = {
  readonly node: NodeName;
  readonly publicKey: string;
  readonly event: string;
  readonly position: number;
};

/** Every key that a log names, by node and key: one per node, and one more for each disk that was replaced. */
export type Keys = Map<string, KnownKey>;

export const startKeys = (): Keys => new Map();

export const witnessKey = (keys: Keys, { event, position }: Seen<HostEvent | ClusterEvent>): void => {
  if (event.type !== 'NodeJoined' && event.type !== 'IncarnationReplaced' && event.type !== 'JoinRequested')
    return;
  const { node, publicKey } = event;
  const name = `${node} ${publicKey}`;
  // What the cluster's stream says goes before what a node says of itself.
  const known = keys.get(name);
  if (known === undefined || (known.event === 'JoinRequested' && event.type !== 'JoinRequested'))
    keys.set(name, { node, publicKey, event: event.type, position });
};
