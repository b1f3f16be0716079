import { either as E, taskEither as TE } from 'fp-ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { changePages } from '../change-pages.ts';
import type { Seams } from '../seams.ts';
import type { Mutant } from './mutant.ts';

/** Both logs are the one store of this node. */
const withStore = (change: (store: EventStore) => EventStore): Seams => ({
  ports: (ports) => {
    const store = change(ports.ownLog);
    return { ...ports, ownLog: store, clusterLog: store };
  },
});

export const logMutants: ReadonlyArray<Mutant> = [
  {
    name: 'refused-flush-forgotten',
    defect: 'behind a flush that the disk refused the log goes on, and the next flush passes for success',
    seams: {
      latch: () => ({
        refusal: () => undefined,
        failureOf: (error) => ({ type: 'unavailable', reason: String(error) }),
      }),
    },
  },
  {
    name: 'expected-revision-ignored',
    defect: 'an append that conflicts is appended all the same',
    seams: withStore((store) => ({
      ...store,
      append: (append) => async () => {
        const answer = await store.append(append)();
        if (E.isRight(answer) || answer.left.type !== 'conflict') return answer;
        return store.append({ ...append, expectedRevision: answer.left.actual })();
      },
    })),
  },
  {
    name: 'flush-skipped',
    defect: 'what was only written is called flushed and is not',
    seams: withStore((store) => ({ ...store, flush: () => TE.right(undefined) })),
  },
  {
    name: 'fsync-dropped',
    defect: 'an append is answered when it is written, before it is on disk',
    seams: withStore((store) => ({
      ...store,
      append: (append) => store.append({ ...append, durability: 'written' }),
      flush: () => TE.right(undefined),
    })),
  },
  {
    name: 'failed-append-acknowledged',
    defect: 'a group that could not be committed is answered as if it were',
    seams: withStore((store) => ({
      ...store,
      append: (append) => async () => {
        const answer = await store.append(append)();
        if (E.isRight(answer) || answer.left.type !== 'unavailable') return answer;
        const before = append.expectedRevision === 'no-stream' ? -1 : append.expectedRevision;
        return E.right({ revision: before + append.events.length, position: 0, recordedAt: '' });
      },
    })),
  },
  {
    name: 'acknowledged-before-the-append',
    defect: 'an append is answered at once, and done later',
    seams: withStore((store) => ({
      ...store,
      append: (append) => async () => {
        void store.append(append)();
        const before = append.expectedRevision === 'no-stream' ? -1 : append.expectedRevision;
        return E.right({ revision: before + append.events.length, position: 0, recordedAt: '' });
      },
    })),
  },
  {
    name: 'subscription-skips',
    defect: 'a follower misses every fifth event',
    seams: withStore((store) => ({
      ...store,
      subscribe: (subscription) =>
        changePages(store.subscribe(subscription), (page) =>
          page.filter(({ position }) => position % 5 !== 4),
        ),
    })),
  },
  {
    name: 'quarantine-on-the-wrong-clock',
    defect: "the allocator takes the writer's time for the log's own stamp",
    seams: withStore((store) => ({
      ...store,
      subscribe: (subscription) =>
        changePages(store.subscribe(subscription), (page) =>
          page.map((event) => {
            const { time } = JSON.parse(event.metadata) as { readonly time: string };
            return { ...event, recordedAt: time };
          }),
        ),
    })),
  },
  {
    name: 'upcaster-skipped',
    defect: 'an event of an earlier version is read as if it were of the current one',
    seams: withStore((store) => ({
      ...store,
      readStream: async function* (stream, from) {
        for await (const event of store.readStream(stream, from))
          yield event.type === 'PodAdded'
            ? { ...event, metadata: event.metadata.replace('"schema":1', '"schema":2') }
            : event;
      },
    })),
  },
];
