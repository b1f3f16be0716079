import type { Recorded } from '../event.ts';
import type { HostEvent } from '../host/events.ts';
import { type HostState, initialState } from '../host/state.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { IpAddress } from '../ip/address.ts';
import type { ClusterMemory } from './cluster-memory.ts';
import type { Involved } from './fault.ts';

/** One host's state, and the events that it rests on: as large as what the host holds. */
export type HostMemory = {
  readonly node: NodeName;
  state: HostState;
  readonly added: Map<string, Involved>;
  /** What the present lease, or its being taken back, was learnt from. */
  learnt: Involved | undefined;
};

export const startHostMemory = (node: NodeName): HostMemory => ({
  node,
  state: initialState(),
  added: new Map(),
  learnt: undefined,
});

/** Keeps what later events are held against; the state itself is the decider's. `key`: of the event's attachment. */
export const rememberHost = (
  host: HostMemory,
  cluster: ClusterMemory,
  { event, position, id }: Recorded<HostEvent>,
  key: string,
): void => {
  switch (event.type) {
    case 'PodAdded': {
      const given = { position, id };
      const holders = cluster.addresses.get(event.network) ?? new Map<IpAddress, Involved>();
      cluster.addresses.set(event.network, holders);
      host.added.set(key, given);
      for (const { address } of event.addresses) holders.set(address, given);
      return;
    }
    case 'PodDeleted': {
      const given = host.added.get(key);
      const holders = cluster.addresses.get(event.network);
      host.added.delete(key);
      // After an attestation the address may be another node's by now.
      for (const address of event.addresses) if (holders?.get(address) === given) holders?.delete(address);
      return;
    }
    case 'LeaseObserved':
    case 'FenceObserved':
    case 'LeaseSurrendered':
      host.learnt = { position, id };
  }
};
