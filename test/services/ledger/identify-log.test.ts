import test from 'ava';
import { either as E } from 'fp-ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { linkHash } from '../../../domain/chain.ts';
import { decodeMetadata } from '../../../domain/envelope.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { identifyLog } from '../../../services/ledger/identify-log.ts';
import { must } from '../../support/must.ts';

const said = async (store: EventStore) =>
  (await Array.fromAsync(store.readStream('evio-log'))).map(({ type, payload }) => [
    type,
    JSON.parse(payload),
  ]);

test('the log says once which it is, and again when a new epoch begins', async (t) => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const identify = (epoch: number) =>
    identifyLog({ store: { ...store, identity: { ...store.identity, epoch } }, clock, ids, sha256 }, () =>
      E.right({ epoch, streams: ['orders', 'cluster-evio', 'evio-log'], end: 41 }),
    );
  const { logId } = store.identity;
  for (const epoch of [1, 1, 2, 2]) must(await identify(epoch));
  t.deepEqual(await said(store), [
    ['LogIdentified', { logId, epoch: 1 }],
    ['LogIdentified', { logId, epoch: 2 }],
  ]);
  const [first, second] = await Array.fromAsync(store.readStream('evio-log'));
  if (first === undefined || second === undefined) return t.fail();
  const metadata = must(decodeMetadata(second));
  t.is(linkHash(sha256, { ...second, metadata, previous: first.hash }), second.hash);
});
