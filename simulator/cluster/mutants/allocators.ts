import { either as E } from 'fp-ts';
import { ids } from '../../../adapters/system/ids.ts';
import type { EventStore, RecordedEvent, StreamHead } from '../../../domain/port/event-store.ts';
import { parseHostStream } from '../../../domain/stream.ts';
import type { AllocatingPorts } from '../../../services/ledger/allocate.ts';
import { changePages } from '../../change-pages.ts';
import type { ClusterSeams } from '../seams.ts';
import type { ClusterMutant } from './mutant.ts';

const withStore = (change: (store: EventStore) => Partial<EventStore>): ClusterSeams => ({
  allocator: (ports: AllocatingPorts) => ({ ...ports, store: { ...ports.store, ...change(ports.store) } }),
});

/** Each event as the allocator reads it. */
const reading = (read: (event: RecordedEvent) => RecordedEvent): ClusterSeams =>
  withStore((store) => ({
    readStream: async function* (stream, from) {
      for await (const event of store.readStream(stream, from)) yield read(event);
    },
    subscribe: (subscription) => changePages(store.subscribe(subscription), (page) => page.map(read)),
  }));

const isOfCluster = (stream: string): boolean => stream.startsWith('cluster-');

/** Every life of a node asks under the name of the first that was heard of. */
const oneLife = (): ((event: RecordedEvent) => RecordedEvent) => {
  const first = new Map<string, string>();
  return (event) => {
    const source = parseHostStream(event.stream);
    if (source === undefined) return event;
    const known = first.get(source.node) ?? event.stream;
    first.set(source.node, known);
    return { ...event, stream: known };
  };
};

/** What a lost checkpoint and forgotten ids make of a request. */
const deciding = (store: EventStore): Partial<EventStore> => ({
  // Where its stream ends in the log is not known: no request lies before that.
  head: (stream) => async () =>
    E.map((head: StreamHead | undefined) => (head && isOfCluster(stream) ? { ...head, position: -1 } : head))(
      await store.head(stream)(),
    ),
  append: (append) => async () => {
    const answer = await store.append(append)();
    if (E.isRight(answer) || answer.left.type !== 'duplicate-event-id') return answer;
    const events = append.events.map((event) => ({ ...event, id: ids.derive(event.id, 'again') }));
    return store.append({ ...append, events })();
  },
});

export const allocatorMutants: ReadonlyArray<ClusterMutant> = [
  {
    name: 'no-quarantine',
    defect: 'a subnet is leased again as soon as it is released',
    seams: reading((event) =>
      event.type === 'ClusterConfigured'
        ? { ...event, payload: event.payload.replace(/"quarantineSeconds":\d+/, '"quarantineSeconds":0') }
        : event,
    ),
  },
  {
    name: 'quarantine-on-the-nodes-clock',
    defect: "the allocator takes a node's time for the cluster log's own stamp",
    seams: reading((event) => ({
      ...event,
      recordedAt: (JSON.parse(event.metadata) as { readonly time?: string }).time ?? event.recordedAt,
    })),
  },
  {
    name: 'released-when-leaving-is-asked',
    defect: 'a lease is released when its node asks to leave, under its pods',
    seams: withStore((store) => {
      /** What each node was leased last. */
      const leased = new Map<string, string>();
      return {
        subscribe: ({ types, ...subscription }) => {
          const all = types && [...types, 'LeaveRequested', 'LeaseObserved'];
          return changePages(store.subscribe({ ...subscription, ...(all && { types: all }) }), (page) =>
            page.flatMap((event) => {
              if (event.type === 'LeaseObserved') {
                const { subnets } = JSON.parse(event.payload) as { readonly subnets: unknown };
                leased.set(event.stream, JSON.stringify(subnets));
                return [];
              }
              if (event.type !== 'LeaveRequested') return [event];
              const payload = `{"leaving":true,"subnets":${leased.get(event.stream) ?? '[]'}}`;
              return [{ ...event, type: 'LeaseSurrendered', payload }];
            }),
          );
        },
      };
    }),
  },
  {
    name: 'another-life-taken-for-the-same',
    defect: 'the join of another incarnation is taken for that of the one which is known',
    seams: { allocator: (ports) => reading(oneLife()).allocator?.(ports) ?? ports },
  },
  {
    name: 'leases-behind-a-restore',
    defect: 'an allocator leases on when the log was put back, what nodes hold behind the backup too',
    seams: withStore((store) => ({
      readStream: async function* (stream, from) {
        for await (const event of store.readStream(stream, from)) {
          yield event;
          if (event.type === 'LogRestored')
            yield { ...event, type: 'LeasingResumed', payload: '{"reason":"nobody asked"}' };
        }
      },
    })),
  },
  {
    name: 'decided-again-after-a-lost-checkpoint',
    defect: 'a request that was decided in an earlier life is decided once more, under other ids',
    seams: {
      allocator: (ports) => {
        const unguarded = withStore(deciding).allocator?.(ports) ?? ports;
        // What stands in the cluster's stream names none of the commands that it follows from.
        const forgetful = reading((event) =>
          isOfCluster(event.stream)
            ? {
                ...event,
                metadata: event.metadata.replace(/"\$causationId":"[^"]+"/, '"$causationId":"forgotten"'),
              }
            : event,
        );
        return forgetful.allocator?.(unguarded) ?? unguarded;
      },
    },
  },
  {
    name: 'released-on-revoke',
    defect: 'a lease is released when the cluster wants it back, under its pods',
    seams: withStore((store) => ({
      readStream: async function* (stream, from) {
        const lives = new Map<string, string>();
        for await (const event of store.readStream(stream, from)) {
          const { node, incarnation } = JSON.parse(event.payload) as { node: string; incarnation?: string };
          if (incarnation !== undefined) lives.set(node, incarnation);
          if (event.type === 'LeaseRevoked') {
            const life = { incarnation: lives.get(node), node, reason: 'it is revoked' };
            yield { ...event, type: 'NodeAttested', payload: JSON.stringify(life) };
          }
          yield event;
        }
      },
    })),
  },
  {
    name: 'replaced-unasked',
    defect: 'any new life of a node goes on with what the one before holds',
    seams: reading((event) =>
      event.type === 'JoinRequested'
        ? { ...event, payload: JSON.stringify({ ...JSON.parse(event.payload), replace: true }) }
        : event,
    ),
  },
];
