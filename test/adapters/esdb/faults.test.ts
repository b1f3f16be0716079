import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { timer } from '../../../adapters/system/timer.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { identifyLog } from '../../../services/ledger/identify-log.ts';
import { surveyOf } from '../../../services/ledger/survey.ts';
import {
  collect,
  events,
  oneByOne,
  realClock,
  sha256,
  take,
  upTo,
} from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { serveLog } from '../../support/wire.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';
import { ledgerEvents, never, scene, stream } from './scene.ts';

test('an append whose answer is lost is asked again, and stands once', async (t) => {
  const { log, proxy, open } = await scene(t);
  const store = await open();
  const wanted = ledgerEvents(stream, undefined, 3);
  proxy.deafen(true);
  const appending = store.append({ stream, expectedRevision: 'no-stream', events: wanted })();
  await eventually('the server has it', async () => {
    const head = await log.head(stream)();
    return E.isRight(head) && head.right !== undefined ? true : undefined;
  });
  proxy.cut();
  proxy.deafen(false);
  t.like(await appending, { _tag: 'Right', right: { revision: 2 } });
  t.deepEqual(
    (await collect(log.readStream(stream))).map(({ id }) => id),
    wanted.map(({ id }) => id),
  );
});

test('an append that throws is thrown to its caller, and keeps up neither the stream nor the closing', async (t) => {
  const { open } = await scene(t);
  const store = await open();
  const [good] = events(1);
  if (good === undefined) throw new Error('no event');
  const wanted = { stream: 'a', expectedRevision: 'no-stream' } as const;
  const odd = store.append({ ...wanted, events: [{ ...good, metadata: 'no JSON' }] })();
  const next = store.append({ ...wanted, events: [good] })();
  await t.throwsAsync(odd);
  t.like(await next, { _tag: 'Right', right: { revision: 0 } });
  const again = store.append({
    stream: 'a',
    expectedRevision: 0,
    events: [{ ...good, metadata: 'no JSON' }],
  })();
  await Promise.all([t.throwsAsync(again), t.notThrowsAsync(store.close())]);
});

test('what was asked while nobody answered is done when somebody does', async (t) => {
  const { proxy, open } = await scene(t);
  const store = await open();
  proxy.refuse(true);
  proxy.cut();
  const appending = store.append({ stream: 'a', expectedRevision: 'no-stream', events: events(2) })();
  const asking = store.head('b')();
  await timer.sleep(300);
  proxy.refuse(false);
  t.like(await appending, { _tag: 'Right', right: { revision: 1 } });
  t.deepEqual(await asking, E.right(undefined));
});

test('readers and writers live through a server that goes and comes back: nothing is lost, doubled or out of order', async (t) => {
  const { log, open, stop, start } = await scene(t);
  const [writing, reading] = [await open(), await open()];
  const writers = upTo(4).map((index) => `w-${index}`);
  const perWriter = 60;
  const write = async (store: EventStore, name: string): Promise<void> => {
    for (const revision of upTo(perWriter)) {
      const expectedRevision = revision === 0 ? 'no-stream' : revision - 1;
      const [event] = events(1);
      if (event === undefined) throw new Error('no event');
      const answer = await store.append({ stream: name, expectedRevision, events: [event] })();
      if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left));
    }
  };
  const total = writers.length * perWriter;
  const all = take(oneByOne(reading.subscribe({ types: ['PodAdded'], from: 0, signal: never() })), total);
  const ofOne = take(oneByOne(reading.subscribe({ stream: 'w-1', from: 0, signal: never() })), perWriter);
  const working = Promise.all(writers.map((name) => write(writing, name)));
  for (const _ of upTo(3)) {
    await timer.sleep(150);
    await stop();
    await timer.sleep(100);
    await start();
  }
  await working;
  const kept = (await collect(log.readAll())).filter(({ type }) => type === 'PodAdded');
  t.is(kept.length, total);
  t.deepEqual(
    (await all).map(({ stream: name, revision, position }) => [name, revision, position]),
    kept.map(({ stream: name, revision, position }) => [name, revision, position]),
  );
  t.deepEqual(
    (await ofOne).map(({ revision }) => revision),
    upTo(perWriter),
  );
});

test('a connection that went silent without a word is found by its pings, and its reader and writer go on over another', async (t) => {
  t.timeout(90_000);
  const { log, proxy, open } = await scene(t);
  const store = await open('&keepAliveInterval=10000&keepAliveTimeout=500');
  const [first, second, third] = events(3);
  if (first === undefined || second === undefined || third === undefined) return t.fail();
  const append = (to: EventStore, revision: number, event: typeof first) =>
    to.append({
      stream: 'a',
      expectedRevision: revision === 0 ? 'no-stream' : revision - 1,
      events: [event],
    })();
  must(await append(store, 0, first));
  const seen: number[] = [];
  const following = (async () => {
    for await (const { revision } of oneByOne(store.subscribe({ stream: 'a', from: 0, signal: never() }))) {
      seen.push(revision);
      if (revision === 2) return;
    }
  })();
  await eventually('it follows', async () => (seen.length === 1 ? true : undefined));
  proxy.silence();
  must(await append(log, 1, second));
  t.like(await append(store, 2, third), { _tag: 'Right' });
  await following;
  t.deepEqual(seen, [0, 1, 2]);
});

test('whoever follows a log that another one takes the place of is told, and follows no further', async (t) => {
  const { open, stop } = await scene(t);
  const store = await open();
  t.true(E.isRight(await store.append({ stream: 'a', expectedRevision: 'no-stream', events: events(3) })()));
  const seen: number[] = [];
  const follow = async (): Promise<void> => {
    for await (const { position } of oneByOne(store.subscribe({ from: 0, signal: never() })))
      seen.push(position);
  };
  const following = follow();
  await eventually('it has caught up', async () => (seen.length === 4 ? true : undefined));
  const port = await stop();
  const otherPath = join(scratchFolder(t), 'ledger.db');
  const other = openAt(otherPath);
  const survey = surveyOf(openSqliteReader)(otherPath);
  must(await identifyLog({ store: other, clock: realClock, ids, sha256 }, survey));
  const server = await serveLog(other.clients, realClock, { port });
  t.teardown(async () => {
    await server.close(100);
    await other.close();
  });
  t.true(E.isRight(await other.append({ stream: 'b', expectedRevision: 'no-stream', events: events(9) })()));
  t.like(await t.throwsAsync(following), {
    type: 'restored',
    reason: `it is the log ${other.identity.logId}, and was ${store.identity.logId}`,
  } as never);
  t.deepEqual(seen, [0, 1, 2, 3]);
});

test('an event store without an id gets one, and all who open it agree', async (t) => {
  const { open, log } = await scene(t);
  const stores = await Promise.all([open(), open(), open()]);
  const [first] = stores;
  for (const store of stores) t.deepEqual(store.identity, first?.identity);
  t.is((await collect(log.readStream('evio-log'))).length, 1);
});
