import { attachmentKey } from '../host/attachment.ts';
import type { HostEvent } from '../host/events.ts';
import { type Attachment, addressesOf, type HostState, initialState } from '../host/state.ts';
import type { NodeName } from '../identity/node-name.ts';
import type { IpAddress } from '../ip/address.ts';
import type { StreamHead } from '../port/event-store.ts';
import type { ClusterMemory, Holder } from './cluster-memory.ts';
import type { Witness } from './fault.ts';
import { rememberRequest } from './host-address-laws.ts';
import type { LookUp, Seen } from './seen.ts';

/** One host's state, and the events that it rests on: as large as what the host holds. */
export type HostMemory = {
  readonly node: NodeName;
  readonly lookUp: LookUp;
  state: HostState;
  /** The state is what the events before fold to; false where some of them are archived. */
  known: boolean;
  /** The last event of this life; its hash may be empty, and `lookUp` has it. */
  head: (StreamHead & { readonly stream: string }) | undefined;
  /** Who holds addresses of a network's pool. */
  readonly allocated: Map<string, Witness>;
  /** What the present lease, or its being taken back, was learnt from. */
  learnt: Witness | undefined;
};

export const startHostMemory = (node: NodeName, lookUp: LookUp): HostMemory => ({
  node,
  lookUp,
  state: initialState(),
  known: true,
  head: undefined,
  allocated: new Map(),
  learnt: undefined,
});

const holdersIn = ({ addresses }: ClusterMemory, network: string): Map<IpAddress, Holder> => {
  const holders = addresses.get(network) ?? new Map<IpAddress, Holder>();
  addresses.set(network, holders);
  return holders;
};

/** The event that gave this host's attachment its addresses; `undefined` where they are another host's by now. */
export const giverOf = (
  host: HostMemory,
  { addresses }: ClusterMemory,
  attachment: Pick<Attachment, 'network' | 'addresses'>,
): Witness | undefined => {
  const holders = addresses.get(attachment.network);
  return addressesOf(attachment)
    .map((address) => holders?.get(address))
    .find((holder) => holder?.host === host);
};

/** Keeps what later events are held against; the state itself is the decider's. `key`: of the event's attachment. */
export const rememberHost = (
  host: HostMemory,
  cluster: ClusterMemory,
  { event, position, stream, revision, hash }: Seen<HostEvent>,
  key: string,
): void => {
  host.head = { stream, revision, position, hash };
  switch (event.type) {
    case 'JoinRequested':
      rememberRequest(cluster, stream, event);
      return;
    case 'PodAdded': {
      const given = { position, host };
      const holders = holdersIn(cluster, event.network);
      for (const { address } of event.addresses) holders.set(address, given);
      return;
    }
    case 'PodDeleted': {
      const holders = cluster.addresses.get(event.network);
      // After an attestation the address may be another node's by now.
      for (const address of event.addresses)
        if (holders?.get(address)?.host === host) holders.delete(address);
      return;
    }
    case 'AddressesAllocated':
      host.allocated.set(key, { position });
      return;
    case 'AddressesReleased':
      host.allocated.delete(key);
      return;
    case 'EraOpened':
      for (const held of host.known ? [] : event.held) {
        const given = { position, host };
        const holders = holdersIn(cluster, held.network);
        for (const { address } of held.addresses) holders.set(address, given);
      }
      for (const one of host.known ? [] : (event.allocated ?? []))
        host.allocated.set(attachmentKey(one), { position });
      host.known = true;
      return;
    case 'LeaseObserved':
    case 'FenceObserved':
    case 'LeaseSurrendered':
      host.learnt = { position };
  }
};
