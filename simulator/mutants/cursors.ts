import { either as E } from 'fp-ts';
import { changePages } from '../change-pages.ts';
import { forgedHash } from '../machine/snapshots.ts';
import { allocatorCheckpoint } from '../machine/surroundings.ts';
import type { Mutant } from './mutant.ts';

export const cursorMutants: ReadonlyArray<Mutant> = [
  {
    name: 'cursor-lost-on-restart',
    defect: 'the allocator never finds its checkpoint and begins anew',
    seams: {
      ports: (ports) => ({
        ...ports,
        files: {
          ...ports.files,
          read: (path) =>
            path === allocatorCheckpoint ? async () => E.right(undefined) : ports.files.read(path),
        },
      }),
    },
  },
  {
    name: 'cursor-stored-before-the-work',
    defect: 'the allocator stores how far it has read before it has decided',
    seams: {
      ports: (ports) => {
        const { ownLog: store, files } = ports;
        const early: typeof store = {
          ...store,
          subscribe: (subscription) =>
            changePages(store.subscribe(subscription), async (page) => {
              if (subscription.stream === undefined)
                await files.write(allocatorCheckpoint, `${page.at(-1)?.position}\n`, 0o600)();
              return page;
            }),
        };
        return { ...ports, ownLog: early, clusterLog: early };
      },
    },
  },
  {
    name: 'snapshot-ahead-accepted',
    defect: 'a snapshot is used without a look at whether the log has its event',
    seams: {
      ports: (ports) => {
        const { snapshots } = ports;
        if (snapshots === undefined) return ports;
        return {
          ...ports,
          snapshots: {
            ...snapshots,
            load: (of, hashAt) =>
              snapshots.load(of, async (revision) => (await hashAt(revision)) ?? forgedHash),
          },
        };
      },
    },
  },
];
