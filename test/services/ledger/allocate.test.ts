import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { allocateContract } from '../../contract/allocate.ts';
import { must } from '../../support/must.ts';

allocateContract('sqlite', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-allocate-'));
  const store = must(openSqliteStore({ path: join(folder, 'log.db'), clock, newLogId: ids.random, sha256 }));
  t.teardown(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return store;
});
