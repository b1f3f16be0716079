import { randomUUID } from 'node:crypto';
import test from 'ava';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clientLogContract } from '../../contract/client-log.ts';
import { realClock, sha256 } from '../../contract/event-store/support.ts';
import { storeContract } from '../../contract/event-store.ts';
import { redactorContract } from '../../contract/payload-redactor.ts';

for (const contract of [storeContract, redactorContract, clientLogContract])
  contract('memory', (t, clock) => {
    const store = openMemoryStore({ clock, newLogId: randomUUID, sha256 });
    t.teardown(store.close);
    return store;
  });

test('memory: each store is a log of its own, in its first epoch', (t) => {
  const options = { clock: realClock, newLogId: randomUUID, sha256 };
  const [one, other] = [openMemoryStore(options).identity, openMemoryStore(options).identity];
  t.not(one.logId, other.logId);
  t.is(one.epoch, 1);
});
