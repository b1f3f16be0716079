import { either as E } from 'fp-ts';
import { clusterEvents } from '../../../domain/cluster/events.ts';
import { decodeEvent } from '../../../domain/event.ts';
import { attachmentKey } from '../../../domain/host/attachment.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import { type HostEvent, hostEvents } from '../../../domain/host/events.ts';
import { addressesOf } from '../../../domain/host/state.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import { parseLedgerMark } from '../../../domain/ship/ledger-mark.ts';
import { makeChain } from '../../promises/chain.ts';
import { type Host, type HostHistory, markPath } from '../host.ts';
import type { ClusterWorld } from '../world.ts';

const decodeHost = decodeEvent(hostEvents);
const decodeCluster = decodeEvent(clusterEvents);

export const makeHostHistory = (world: ClusterWorld, host: Host): HostHistory => {
  const { breaks, holders, written, ids } = world;
  const chain = makeChain(breaks, ids);
  let state = decider.initialState();
  let end = -1;
  let lastJoin: string | undefined;
  let head: { readonly revision: number; readonly hash: string } | undefined;
  const addedAt = new Map<string, number>();

  const release = (addresses: ReadonlyArray<string>): void => {
    for (const address of addresses) holders.get(address)?.delete(host);
  };

  const hold = (address: string): void => {
    const others = holders.get(address) ?? new Set();
    holders.set(address, others);
    for (const other of others)
      if (other !== host && !other.meddled && !host.meddled)
        breaks('no address is held by two live attachments', `${address} on ${other.name} and ${host.name}`);
    others.add(host);
  };

  const judge = (event: HostEvent): void => {
    switch (event.type) {
      case 'PodAdded':
        for (const attachment of state.attachments.values())
          for (const address of addressesOf(attachment))
            if (addressesOf(event).includes(address as never))
              breaks('no address is held by two live attachments', `${address} on ${host.name}, twice`);
        return;
      case 'PodDeleted':
        if (host.running.has(event.containerId))
          breaks('nothing that is held is released unasked', `${event.containerId} on ${host.name}`);
        return;
      case 'LeaseSurrendered':
        if (host.running.size > 0)
          breaks(
            'a lease is released when nothing uses it any more',
            `${host.name} surrenders ${event.subnets} under ${[...host.running.keys()]}`,
          );
        return;
      case 'FenceObserved':
        if (!host.meddled && !world.ledger.history.isRevoked(host.node))
          breaks('a node is fenced for a reason, and then at first contact', `${host.name}: ${event.reason}`);
        return;
      default:
        return;
    }
  };

  const takeAddresses = (event: HostEvent): void => {
    if (event.type === 'PodAdded') for (const address of addressesOf(event)) hold(address);
    if (event.type === 'PodDeleted') release(event.addresses);
  };

  /** What a log that is read again held once may be another's by now: it holds what its end says. */
  const holdAgain = (): void => {
    for (const attachment of state.attachments.values())
      for (const address of addressesOf(attachment)) hold(address);
  };

  /** A replica has what its ledger decided in the epoch that it follows, at the place where it was decided. */
  const takeDecision = ({ revision, hash }: RecordedEvent): void => {
    const mark = parseLedgerMark(host.surroundings.files.get(markPath) ?? '');
    const decided = world.ledger.history.decided.get(mark?.epoch ?? -1);
    if (decided?.[revision] !== hash)
      breaks(
        'a replica follows one history',
        `${host.name} has another event at revision ${revision} than its ledger in epoch ${mark?.epoch}`,
      );
  };

  const takeOne = (recorded: RecordedEvent, again: boolean): void => {
    const ofHost = recorded.stream.startsWith('host-');
    const decoded = ofHost ? decodeHost(recorded) : decodeCluster(recorded);
    if (E.isLeft(decoded)) {
      breaks(
        'each event is chained to the one before',
        `${host.name}: unreadable: ${JSON.stringify(decoded.left)}`,
      );
      return;
    }
    chain(recorded, decoded.right.metadata, again);
    if (!ofHost) {
      if (!again) takeDecision(recorded);
      return;
    }
    const event = decoded.right.event as HostEvent;
    written.add(recorded.hash);
    head = { revision: recorded.revision, hash: recorded.hash };
    if (event.type === 'JoinRequested') lastJoin = recorded.id;
    if (!again) judge(event);
    if (event.type === 'PodAdded') addedAt.set(attachmentKey(event), recorded.position);
    if (!again) takeAddresses(event);
    state = decider.evolve(state, event);
  };

  return {
    state: () => state,
    end: () => end,
    lastJoin: () => lastJoin,
    head: () => head,
    addedAt: (key) => addedAt.get(key),
    take: (events, again) => {
      for (const recorded of events) {
        takeOne(recorded, again !== undefined);
        end = recorded.position;
      }
      if (again !== undefined) holdAgain();
    },
    forget: () => {
      for (const attachment of state.attachments.values()) release(addressesOf(attachment));
    },
  };
};
