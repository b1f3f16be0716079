import { join } from 'node:path';
import { redactorContract } from '../../contract/payload-redactor.ts';
import { openAt, scratchFolder } from './scratch.ts';

redactorContract('sqlite', (t, clock) => {
  const store = openAt(join(scratchFolder(t), 'log.db'), clock);
  t.teardown(store.close);
  return store;
});
