import test from 'ava';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { timer } from '../../../adapters/system/timer.ts';
import { seal } from '../../../domain/chain.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { placeOfCopy, type Shipping, ship } from '../../../services/agent/ship.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { incarnation } from '../../support/events.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';

const life = `host-evio:node-1:${incarnation}`;

const memory = () => openMemoryStore({ clock, newLogId: ids.random, sha256 });

const writeOne = async (store: EventStore): Promise<void> => {
  const head = must(await store.head(life)());
  const metadata = {
    schema: 1,
    time: '2026-11-22T12:00:00.000Z',
    actor: 'test',
    incarnation,
    $causationId: ids.random(),
    $correlationId: ids.random(),
  };
  const events = seal(sha256, life, head, [
    { id: ids.random(), type: 'PodAdded', payload: '{"n":1}', metadata },
  ]);
  must(await store.append({ stream: life, expectedRevision: head?.revision ?? 'no-stream', events })());
};

test('what is written a moment apart is one append', async (t) => {
  const [ownLog, ledger] = [memory(), memory()];
  const appends: number[] = [];
  const shipping: Shipping = {
    ownLog,
    ledger: {
      ...ledger,
      append: (append) => {
        appends.push(append.events.length);
        return ledger.append(append);
      },
    },
    life,
    newestEra: () => 1,
    shipped: () => undefined,
    pause: (until) => timer.sleep(500, until),
  };
  const stopping = new AbortController();
  const shipped = ship(shipping, must(await placeOfCopy(shipping)), stopping.signal);
  await writeOne(ownLog);
  await new Promise(setImmediate);
  await writeOne(ownLog);
  await eventually('both are there', async () =>
    must(await ledger.head(life)())?.revision === 1 ? true : undefined,
  );
  stopping.abort();
  await shipped;
  t.deepEqual(appends, [2]);
});
