import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { batchesOf } from '../../../adapters/sqlite/client-batch.ts';
import { prepareClientReads } from '../../../adapters/sqlite/client-statements.ts';
import type { ClientEventRead } from '../../../domain/port/client-log.ts';
import { append, events } from '../../contract/event-store/support.ts';
import { drop, writeEras } from '../../support/dropped.ts';
import { must } from '../../support/must.ts';
import { openAt, scratchFolder } from './scratch.ts';

const { signal } = new AbortController();

const open = (t: ExecutionContext) => {
  const store = openAt(join(scratchFolder(t), 'ledger.db'));
  t.teardown(store.close);
  const follow = (from: number) =>
    store.clients.subscribeStream({ stream: 'a', from, signal })[Symbol.asyncIterator]();
  /** All events from a position to the log's present end. */
  const followAll = async (from: number): Promise<ReadonlyArray<ClientEventRead>> => {
    const told: ClientEventRead[] = [];
    for await (const page of store.clients.subscribeAll({ from, signal })) {
      told.push(...page.events);
      if (page.caughtUp) break;
    }
    return told;
  };
  return { store, follow, followAll };
};

test('who waits at the end of a log is given the page that others are given', async (t) => {
  const { store, follow } = open(t);
  const followers = [follow(0), follow(0)];
  // Each is told that there is nothing yet.
  for (const follower of followers) await follower.next();
  const pages = followers.map((follower) => follower.next());
  const event = { id: '8c0ffee0-90cf-4b3e-8f9d-0f0a0b0c0d0e', type: 'X', contentType: 'application/json' };
  must(
    await store.clients.append({
      stream: 'a',
      expected: 'any',
      events: [{ ...event, data: '{}', metadata: '' }],
    })(),
  );
  const [first, second] = await Promise.all(pages);
  t.is(first?.value.events.length, 1);
  t.is(second?.value.events, first?.value.events);
});

test('those who fell behind to different places are soon given the same pages again', async (t) => {
  const { store, follow } = open(t);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(300) });
  const followers = [follow(0), follow(100)];
  const [first, second] = await Promise.all(followers.map((follower) => follower.next()));
  t.deepEqual(
    [first, second].map((page) => page?.value.events.map(({ revision }: ClientEventRead) => revision).at(-1)),
    [127, 127],
  );
  for (const revision of [255, 299]) {
    const [one, other] = await Promise.all(followers.map((follower) => follower.next()));
    t.is(one?.value.events.at(-1)?.revision, revision);
    t.is(one?.value.events, other?.value.events);
    t.is(one?.value.caughtUp, revision === 299);
  }
});

test('who is close behind is given all that there is', async (t) => {
  const { store, follow } = open(t);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(200) });
  const page = await follow(100).next();
  t.like(page.value, { events: { length: 100 }, caughtUp: true });
});

test('who is far behind is given as much as a page holds', async (t) => {
  const { store, follow } = open(t);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(3000) });
  const follower = follow(7);
  const revisions: number[] = [];
  for (let page = await follower.next(); !page.value.caughtUp; page = await follower.next())
    revisions.push(page.value.events.at(-1).revision);
  t.deepEqual(revisions.slice(0, 3), [506, 511, 639]);
});

test('nobody is given a page of before the log was changed', async (t) => {
  const { store, followAll } = open(t);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(4) });
  t.deepEqual(new Set((await followAll(0)).map(({ stream }) => stream)), new Set(['a']));
  must(await store.supersede({ stream: 'a', behind: 1, epoch: 2 })());
  const [, , third] = await followAll(0);
  t.not(third?.stream, 'a');
});

test('who follows the log passes over an era that was dropped, however long it was', async (t) => {
  const { store, followAll } = open(t);
  const [era = ''] = await writeEras(store, 'nodes=1,events=900,seed=5,era-events=400');
  const before = await followAll(0);
  const first = before.findIndex(({ stream }) => stream === era);
  const gone = before.filter(({ stream }) => stream === era);
  t.true(gone.length > 300);
  await drop(store, era);
  t.deepEqual(
    (await followAll(first)).map(({ position }) => position),
    before
      .slice(first)
      .filter(({ stream }) => stream !== era)
      .map(({ position }) => position),
  );
});

test('where a stream ends is looked up once for all who follow it, and anew when events were taken from the log', async (t) => {
  const path = join(scratchFolder(t), 'ledger.db');
  const store = openAt(path);
  t.teardown(store.close);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(3) });
  const db = new DatabaseSync(path, { readOnly: true });
  t.teardown(() => db.close());
  const statements = prepareClientReads(db);
  const asked: string[] = [];
  const changes = { count: 0 };
  const batches = batchesOf(
    {
      ...statements,
      end: (stream, upTo) => {
        asked.push(`${stream} ${upTo}`);
        return statements.end(stream, upTo);
      },
    },
    () => changes.count,
  );
  const seen = (from: number, upTo: number) =>
    batches.ofStream('a', from, upTo).events.map(({ revision }) => revision);
  t.deepEqual([seen(0, 1), seen(1, 1), seen(0, 1), seen(1, 2)], [[0, 1], [1], [0, 1], [1, 2]]);
  t.deepEqual(asked, ['a 1', 'a 2']);
  changes.count += 1;
  seen(0, 2);
  t.deepEqual(asked, ['a 1', 'a 2', 'a 2']);
});
