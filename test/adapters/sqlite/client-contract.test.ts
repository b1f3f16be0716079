import { join } from 'node:path';
import { clientLogContract } from '../../contract/client-log.ts';
import { openAt, scratchFolder } from './scratch.ts';

clientLogContract('sqlite', (t, clock) => {
  const store = openAt(join(scratchFolder(t), 'log.db'), clock);
  t.teardown(store.close);
  return store;
});
