import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { genesis, seal } from '../../../domain/chain.ts';
import type { Append, AppendFailure, EventStore } from '../../../domain/port/event-store.ts';
import { eraOf } from '../../../domain/stream.ts';
import { gatheredAtOnce, placeOfCopy, type Shipping, ship } from '../../../services/agent/ship.ts';
import { changePages } from '../../../simulator/change-pages.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { incarnation } from '../../support/events.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { eventsOf } from '../../support/served-cluster.ts';

const life = `host-evio:node-1:${incarnation}`;

const memory = () => openMemoryStore({ clock, newLogId: ids.random, sha256 });

/** Events of no meaning, behind what the stream has. */
const write = async (
  store: EventStore,
  count: number,
  { era = 1, last = 'PodAdded' } = {},
): Promise<void> => {
  const stream = eraOf(life, era);
  const head = must(await store.head(stream)());
  const metadata = {
    schema: 1,
    time: '2026-11-21T12:00:00.000Z',
    actor: 'test',
    incarnation,
    $causationId: ids.random(),
    $correlationId: ids.random(),
  };
  const events = seal(
    sha256,
    stream,
    head,
    Array.from({ length: count }, (_, n) => ({
      id: ids.random(),
      type: n === count - 1 ? last : 'PodAdded',
      payload: `{"n":${n}}`,
      metadata,
    })),
  );
  must(await store.append({ stream, expectedRevision: head?.revision ?? 'no-stream', events })());
};

/** Ships until all is there; failures that pass are followed by another try, as a lost connection is. */
const shipAll = async (shipping: Shipping, done: () => Promise<boolean>): Promise<AppendFailure[]> => {
  const failures: AppendFailure[] = [];
  const stopping = new AbortController();
  const tries = (async () => {
    while (!stopping.signal.aborted) {
      const place = await placeOfCopy(shipping);
      const ended = E.isLeft(place) ? place : await ship(shipping, place.right, stopping.signal);
      if (E.isLeft(ended)) failures.push(ended.left as AppendFailure);
      if (E.isLeft(ended) && ended.left.type !== 'unavailable') return;
    }
  })();
  await eventually('all is there, or it failed', async () =>
    (await done()) || failures.some(({ type }) => type !== 'unavailable') ? true : undefined,
  );
  stopping.abort();
  await tries;
  return failures;
};

const scene = (ownLog: EventStore, ledger: EventStore, newest = 1): Shipping => ({
  ownLog,
  ledger,
  life,
  newestEra: () => newest,
  shipped: () => undefined,
  pause: async () => undefined,
});

const hasAll =
  (ledger: EventStore, own: EventStore, era = 1) =>
  async (): Promise<boolean> => {
    const [copy, wanted] = [await ledger.head(eraOf(life, era))(), await own.head(eraOf(life, era))()];
    return must(copy)?.hash === must(wanted)?.hash;
  };

const isCopied = async (t: ExecutionContext, ledger: EventStore, own: EventStore, eras = 1) => {
  for (let era = 1; era <= eras; era += 1)
    t.deepEqual(await eventsOf(ledger, eraOf(life, era)), await eventsOf(own, eraOf(life, era)));
};

test('what waits goes in few appends, each behind the event before', async (t) => {
  const [own, ledger] = [memory(), memory()];
  await write(own, 3000);
  const appends: Append[] = [];
  const counting: EventStore = {
    ...ledger,
    append: (append) => async () => {
      appends.push(append);
      // The shortest of round trips.
      await new Promise(setImmediate);
      return ledger.append(append)();
    },
  };
  t.deepEqual(await shipAll(scene(own, counting), hasAll(ledger, own)), []);
  await isCopied(t, ledger, own);
  t.true(appends.length <= (3 * 3000) / gatheredAtOnce, `${appends.length} appends`);
  let next = 0;
  for (const { expectedRevision, events } of appends) {
    t.is(expectedRevision, next === 0 ? 'no-stream' : next - 1);
    next += events.length;
  }
});

test('whatever is lost on the way, requests or answers, nothing is lost, doubled or out of order', async (t) => {
  for (let seed = 1; seed <= 15; seed += 1) {
    const [own, ledger] = [memory(), memory()];
    let random = seed;
    const chance = (): number => {
      random = (random * 48_271) % 2_147_483_647;
      return random / 2_147_483_647;
    };
    const lost: AppendFailure = { type: 'unavailable', reason: 'lost' };
    const lossy: EventStore = {
      ...ledger,
      append: (append) => async () => {
        if (chance() < 0.3) return E.left(lost);
        // Half of it, as when an earlier try arrives late.
        const some =
          chance() < 0.3
            ? { ...append, events: append.events.slice(0, 1 + append.events.length / 2) }
            : append;
        const done = await ledger.append(some)();
        return chance() < 0.4 ? E.left(lost) : some === append ? done : E.left(lost);
      },
      head: (stream) => async () =>
        chance() < 0.2 ? E.left({ type: 'unavailable', reason: 'lost' }) : ledger.head(stream)(),
    };
    await write(own, 700);
    await write(own, 20, { last: 'EraClosed' });
    await write(own, 300, { era: 2 });
    await shipAll(scene(own, lossy, 2), hasAll(ledger, own, 2));
    await isCopied(t, ledger, own, 2);
  }
});

test('a conflict with itself is looked into: what is there is not sent again', async (t) => {
  const [own, ledger] = [memory(), memory()];
  await write(own, 10);
  // An append of an earlier connection arrives when this one has found its place.
  const shipping = scene(own, ledger);
  const place = must(await placeOfCopy(shipping));
  const late = (await Array.fromAsync(own.readStream(life))).slice(0, 4);
  must(await ledger.append({ stream: life, expectedRevision: 'no-stream', events: late })());
  const stopping = new AbortController();
  const shippingOn = ship(shipping, place, stopping.signal);
  await eventually('all is there', async () => (await hasAll(ledger, own)()) || undefined);
  stopping.abort();
  t.deepEqual(await shippingOn, E.right(undefined));
  await isCopied(t, ledger, own);
});

test('another writer of the same life is found by its hash, also while shipping', async (t) => {
  const [own, ledger] = [memory(), memory()];
  await write(own, 5);
  must(
    await ledger.append({
      stream: life,
      expectedRevision: 'no-stream',
      events: await Array.fromAsync(own.readStream(life)),
    })(),
  );
  await write(ledger, 1);
  await write(own, 2);
  const [failure] = await shipAll(scene(own, ledger), async () => false);
  t.deepEqual(failure as unknown, { type: 'forked', stream: life, revision: 5 });
});

test('an era that only the ledger has makes the log an older one', async (t) => {
  const [own, ledger] = [memory(), memory()];
  await write(own, 5);
  await write(ledger, 1, { era: 2 });
  t.deepEqual(
    await placeOfCopy(scene(own, ledger)),
    E.left({ type: 'own-log-older', stream: eraOf(life, 2), own: -1, copy: 0 }),
  );
});

test('a ledger that refuses what fits its end is not asked for ever', async (t) => {
  const [own, ledger] = [memory(), memory()];
  await write(own, 5);
  const conflict = { type: 'conflict', stream: life, expected: 'no-stream', actual: 'no-stream' } as const;
  const stubborn: EventStore = { ...ledger, append: () => async () => E.left(conflict) };
  t.deepEqual(await shipAll(scene(own, stubborn), async () => false), [conflict]);
});

test('of 100,000 events that wait a few hundred are held at a time', async (t) => {
  const own = openAt(join(scratchFolder(t), 'ledger.db'));
  t.teardown(() => own.close());
  const many = 100_000;
  for (let written = 0; written < many; written += 2000) await write(own, 2000);
  let [given, shipped, most] = [0, 0, 0];
  const watched: EventStore = {
    ...own,
    subscribe: (subscription) =>
      changePages(own.subscribe(subscription), (page) => {
        given += page.length;
        most = Math.max(most, given - shipped);
        return page;
      }),
  };
  let end = { revision: -1, hash: genesis };
  const ledger: EventStore = {
    ...memory(),
    head: () => async () => E.right(undefined),
    append:
      ({ events, expectedRevision }) =>
      async () => {
        if (expectedRevision !== (end.revision === -1 ? 'no-stream' : end.revision))
          throw new Error('out of order');
        // As long as a round trip to the next room takes, so that it is the reader who must wait.
        await new Promise(setImmediate);
        end = { revision: end.revision + events.length, hash: events.at(-1)?.hash ?? end.hash };
        shipped += events.length;
        return E.right({ revision: end.revision, position: end.revision, recordedAt: '' });
      },
  };
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const failures = await shipAll(scene(watched, ledger), async () => end.revision === many - 1);
  clearInterval(watch);
  t.deepEqual(failures, []);
  t.deepEqual(end.hash, must(await own.head(life)())?.hash ?? genesis);
  t.log(`${most} events held at most; RSS grew by ${Math.round((peak - before) / 2 ** 20)} MiB`);
  t.true(most <= 2 * gatheredAtOnce + 1, `${most} events were held`);
});
