import { either as E } from 'fp-ts';
import { cluster as decider } from '../../../domain/cluster/decider.ts';
import { type ClusterEvent, clusterEvents } from '../../../domain/cluster/events.ts';
import { decodeMetadata } from '../../../domain/envelope.ts';
import { decodeEvent } from '../../../domain/event.ts';
import { type HostEvent, hostEvents } from '../../../domain/host/events.ts';
import type { NodeName } from '../../../domain/identity/node-name.ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import { makeChain } from '../../promises/chain.ts';
import { makeLeasing } from '../../promises/leasing.ts';
import type { LedgerHistory, LedgerMachine } from '../ledger-machine.ts';
import type { ClusterWorld } from '../world.ts';

/** The checkpoint of the server's own allocator. */
const decidedTo = ({ disk, surroundings: { files } }: LedgerMachine): number => {
  const path = [...files.keys()].find((name) => name.endsWith(`-${disk.epoch()}.position`));
  return Number(files.get(path ?? '') ?? -1);
};

const decodeHost = decodeEvent(hostEvents);
const decodeCluster = decodeEvent(clusterEvents);

export const makeLedgerHistory = (world: ClusterWorld, decided: LedgerHistory['decided']): LedgerHistory => {
  const { breaks, ids, written, answered } = world;
  const chain = makeChain(breaks, ids);
  const leasing = makeLeasing(breaks, ids);
  const revoked = new Set<NodeName>();
  let state = decider.initialState();
  let end = -1;

  /** Refused, and the server's own allocator has finished with it; another one may have read it later. */
  const isOver = ({ id, position }: RecordedEvent): boolean =>
    answered.has(id) && !world.second.everRan && decidedTo(world.ledger) >= position;

  /** Nobody who minds his own log still relies on what is leased to another. */
  const checkHolders = (event: ClusterEvent): void => {
    if (event.type !== 'SubnetLeased') return;
    for (const { name, node, meddled, history } of world.hosts) {
      const { lease } = history.state();
      if (node !== event.node && !meddled && lease?.subnets.includes(event.subnet))
        breaks(
          'a lease is released when nothing uses it any more',
          `${event.subnet} is leased to ${event.node}, and ${name} relies on it`,
        );
    }
  };

  const takeShipped = (recorded: RecordedEvent): void => {
    const decoded = decodeHost(recorded);
    if (!written.has(recorded.hash))
      breaks(
        'the copy of a life is its own log, event for event',
        `${recorded.type} at revision ${recorded.revision} of ${recorded.stream} is in no own log`,
      );
    if (E.isRight(decoded)) leasing.request(recorded, decoded.right.event as HostEvent);
  };

  const takeDecided = (recorded: RecordedEvent, again: boolean): void => {
    const decoded = decodeCluster(recorded);
    if (E.isLeft(decoded)) {
      breaks('each event is chained to the one before', `unreadable: ${JSON.stringify(decoded.left)}`);
      return;
    }
    const { event, metadata } = decoded.right;
    leasing.decision(recorded, event, metadata, (request) => !again && isOver(request));
    if (event.type === 'LeaseRevoked') revoked.add(event.node);
    if (!again) {
      checkHolders(event);
      const epoch = world.ledger.disk.epoch();
      const hashes = decided.get(epoch) ?? [];
      decided.set(epoch, hashes);
      hashes[recorded.revision] = recorded.hash;
    }
    state = decider.evolve(state, event);
  };

  return {
    state: () => state,
    end: () => end,
    decided,
    isRevoked: (node) => revoked.has(node),
    take: (events, again) => {
      for (const recorded of events) {
        const metadata = decodeMetadata(recorded);
        if (E.isLeft(metadata))
          breaks('each event is chained to the one before', `unreadable: ${JSON.stringify(metadata.left)}`);
        else chain(recorded, metadata.right, again !== undefined);
        if (recorded.stream.startsWith('host-')) takeShipped(recorded);
        else if (recorded.stream.startsWith('cluster-')) takeDecided(recorded, again !== undefined);
        end = recorded.position;
      }
    },
  };
};
