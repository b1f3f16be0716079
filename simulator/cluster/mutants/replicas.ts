import { taskEither as TE } from 'fp-ts';
import type { Files } from '../../../domain/port/files.ts';
import { changePages } from '../../change-pages.ts';
import { markPath } from '../host.ts';
import type { ClusterMutant } from './mutant.ts';

export const replicaMutants: ReadonlyArray<ClusterMutant> = [
  {
    name: 'epoch-not-compared',
    defect: 'a replica follows its ledger through a restore',
    seams: { ledger: (store) => ({ ...store, identity: { ...store.identity, epoch: 1 } }) },
  },
  {
    name: 'ledger-not-remembered',
    defect: 'of which ledger its replica is is not written down',
    seams: {
      ports: (ports) => {
        const write: Files['write'] = (path, text, mode) =>
          path === markPath ? TE.right(undefined) : ports.files.write(path, text, mode);
        return { ...ports, files: { ...ports.files, write } };
      },
    },
  },
  {
    name: 'decision-left-out',
    defect: 'a replica misses every seventh event of its cluster',
    seams: {
      ledger: (store) => ({
        ...store,
        subscribe: (subscription) =>
          changePages(store.subscribe(subscription), (page) =>
            page.filter(({ revision }) => revision % 7 !== 6),
          ),
      }),
    },
  },
];
