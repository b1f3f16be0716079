import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { allocateContract } from '../../contract/allocate.ts';
import { must } from '../../support/must.ts';

/** An EventStoreDB looks for an id at the place of the append only: here each event gets another. */
const forgetful = (store: EventStore): EventStore => ({
  ...store,
  append: (wanted) =>
    store.append({ ...wanted, events: wanted.events.map((event) => ({ ...event, id: ids.random() })) }),
});

allocateContract(
  'sqlite',
  async (t, clock) => {
    const folder = await mkdtemp(join(tmpdir(), 'evio-allocate-'));
    const path = join(folder, 'log.db');
    const store = must(openSqliteStore({ path, clock, newLogId: ids.random, sha256 }));
    t.teardown(async () => {
      await store.close();
      await rm(folder, { recursive: true });
    });
    return store;
  },
  forgetful,
);
