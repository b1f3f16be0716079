import { either as E } from 'fp-ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import type { Host } from '../host.ts';
import type { ClusterMutant } from './mutant.ts';

const withLedger = (change: (store: EventStore, host: Host) => Partial<EventStore>) => ({
  ledger: (store: EventStore, host: Host): EventStore => ({ ...store, ...change(store, host) }),
});

const isOfHost = (stream: string): boolean => stream.startsWith('host-');

/** The ledger's end of a host's stream, as the shipper is told it. */
const withEnd = (
  tell: (
    end: { readonly revision: number; readonly hash: string; readonly position: number },
    host: Host,
  ) => typeof end,
) =>
  withLedger((store, host) => ({
    head: (stream) => async () => {
      const head = await store.head(stream)();
      if (!isOfHost(stream) || E.isLeft(head) || head.right === undefined) return head;
      return E.right(tell(head.right, host));
    },
  }));

/** What the own log has of a stream. */
const ownEvents = (host: Host, revision: number) =>
  host.disk
    .eventsFrom(0)
    .filter(({ stream }) => isOfHost(stream))
    .find((event) => event.revision === revision);

export const shippingMutants: ReadonlyArray<ClusterMutant> = [
  {
    name: 'shipped-behind-any-revision',
    defect: 'an append that conflicts is appended behind whatever stands there',
    seams: withLedger((store) => ({
      append: (append) => async () => {
        const answer = await store.append(append)();
        if (E.isRight(answer) || answer.left.type !== 'conflict') return answer;
        return store.append({ ...append, expectedRevision: answer.left.actual })();
      },
    })),
  },
  {
    name: 'hashes-not-compared',
    defect: 'what the ledger has at the end of its copy is taken for what the own log has there',
    seams: withEnd((end, host) => ({ ...end, hash: ownEvents(host, end.revision)?.hash ?? end.hash })),
  },
  {
    name: 'begins-behind-a-gap',
    defect: 'the shipper leaves out the event behind the ledger’s end',
    seams: withEnd((end) => ({ ...end, revision: end.revision + 1 })),
  },
  {
    name: 'older-log-not-noticed',
    defect: 'a copy that is longer than the own log is taken to end where that ends',
    seams: withEnd((end, host) => {
      const own = ownEvents(host, end.revision);
      const last = host.history.head();
      return own === undefined && last !== undefined ? { ...end, ...last } : end;
    }),
  },
  {
    name: 'fork-not-fenced',
    defect: 'a node that learns that its log is not its copy gives addresses all the same',
    seams: {
      ports: (ports) => ({
        ...ports,
        ownLog: {
          ...ports.ownLog,
          append: (append) =>
            append.events[0]?.type === 'FenceObserved'
              ? async () => E.left({ type: 'unavailable', reason: 'left out' })
              : ports.ownLog.append(append),
        },
      }),
    },
  },
];
