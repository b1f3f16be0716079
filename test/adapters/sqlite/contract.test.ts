import { join } from 'node:path';
import { storeContract } from '../../contract/event-store.ts';
import { openAt, scratchFolder } from './scratch.ts';

storeContract('sqlite', (t, clock) => {
  const store = openAt(join(scratchFolder(t), 'log.db'), clock);
  t.teardown(store.close);
  return store;
});
