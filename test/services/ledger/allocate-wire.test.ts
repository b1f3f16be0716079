import { join } from 'node:path';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { allocateContract } from '../../contract/allocate.ts';
import { openOverWire, serveLog } from '../../support/wire.ts';

allocateContract('esdb', async (t, clock) => {
  const log = openAt(join(scratchFolder(t), 'ledger.db'), clock);
  const server = await serveLog(log.clients, clock);
  const store = await openOverWire(t, server.port, clock);
  t.teardown(async () => {
    await store.close();
    await server.close(1000);
    await log.close();
  });
  return store;
});
