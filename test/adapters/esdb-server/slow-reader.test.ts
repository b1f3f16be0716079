import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { ClientLog } from '../../../domain/port/client-log.ts';
import { must } from '../../support/must.ts';
import { startClient } from './client.ts';
import { rawConnection } from './raw-call.ts';
import { subscribeToAll } from './requests.ts';
import { startServer } from './server.ts';

const path = '/event_store.client.streams.Streams/Read';
const readers = 10;

/** Appends 40 MB, four kilobytes an event: what a reader is sent at once is more than waits for it. */
const fill = async (log: ClientLog, turns = 80): Promise<number> => {
  for (let turn = 0; turn < turns; turn += 1) {
    const events = Array.from({ length: 125 }, () => ({
      id: randomUUID(),
      type: 'X',
      contentType: 'application/octet-stream',
      data: 'x'.repeat(4000),
      metadata: '',
    }));
    must(await log.append({ stream: 'a', expected: 'any', events })());
  }
  return turns * 125;
};

/** Opens subscriptions to all that read nothing of what they are sent. */
const openStuck = (session: ReturnType<typeof rawConnection>, many = readers) =>
  Array.from({ length: many }, () => {
    const call = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
    call.on('error', () => undefined);
    call.end(subscribeToAll());
    return call;
  });

/** A log that counts the pages that are read of it for subscriptions. */
const countedPages = () => {
  let read = 0;
  return {
    pages: () => read,
    counting: (log: ClientLog): ClientLog => ({
      ...log,
      subscribeAll: async function* (subscription) {
        for await (const page of log.subscribeAll(subscription)) {
          read += 1;
          yield page;
        }
      },
      subscribeStream: async function* (subscription) {
        for await (const page of log.subscribeStream(subscription)) {
          read += 1;
          yield page;
        }
      },
    }),
  };
};

test.serial('readers that take nothing hold a page each, and nobody else waits for them', async (t) => {
  const { counting, pages } = countedPages();
  const { server, url, log } = await startServer(t, {
    seen: counting,
  });
  const count = await fill(log);
  openStuck(rawConnection(t, server.port));
  while (pages() < readers) await sleep(5);
  const { run } = await startClient(t, '@eventstore/db-client', url);
  const read = await run(async ({ client }) => {
    let count = 0;
    for await (const _ of client.readAll()) count += 1;
    return count;
  });
  t.is(read, count);
  // The confirmation and a page: the page waits for room, and no other was asked for meanwhile.
  t.is(pages(), readers);
  t.is(server.subscriptions(), readers);
});

test.serial('of many readers that take nothing, few have a page, on one connection and on all', async (t) => {
  const { counting, pages } = countedPages();
  const { server, log } = await startServer(t, {
    // A page counts 4 MiB, and subscriptions have three quarters of them.
    limits: { pageBytes: 16 << 20, allPageBytes: 22 << 20 },
    seen: counting,
  });
  await fill(log);
  const session = rawConnection(t, server.port);
  const stuck = openStuck(session, 30);
  while (server.subscriptions() < 30) await sleep(5);
  await sleep(300);
  t.is(pages(), 3);
  openStuck(rawConnection(t, server.port), 30);
  while (server.subscriptions() < 60) await sleep(5);
  await sleep(300);
  t.is(pages(), 4);
  // Those that wait have theirs when others are gone.
  for (const call of stuck.toReversed()) call.close(8);
  while (pages() < 6) await sleep(5);
  await sleep(300);
  t.is(pages(), 6);
});

const stuckMs = 1000;

/** Beside readers that take nothing one takes a slice of a page now and then. */
const besideStuck = async (t: ExecutionContext) => {
  const { server, log } = await startServer(t, { limits: { stuckMs } });
  await fill(log);
  const session = rawConnection(t, server.port);
  const stuck = openStuck(session);
  const slow = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
  slow.on('error', () => undefined);
  slow.end(subscribeToAll());
  let ended = false;
  slow.once('close', () => {
    ended = true;
  });
  let [taken, longestMs, calledAt] = [0, 0, performance.now()];
  // One page takes it longer than the limit; a slice of it does not.
  const taking = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - calledAt);
    calledAt = now;
    taken += slow.read()?.length ?? 0;
  }, 80);
  t.teardown(() => clearInterval(taking));
  await Promise.all(stuck.map((call) => new Promise((resolve) => call.once('close', resolve))));
  await sleep(3000);
  clearInterval(taking);
  return { server, stuck, ended, taken, longestMs };
};

test.serial(
  'a reader that is stuck for longer than the limit is ended, and one that is slow is not',
  async (t) => {
    let seen = await besideStuck(t);
    // Where the test itself was not called for so long, whatever it was sent, it was no slow reader. A slice takes it two calls.
    for (let tries = 1; seen.longestMs > stuckMs / 4 && tries < 5; tries += 1) seen = await besideStuck(t);
    const { server, stuck, ended, taken } = seen;
    for (const { rstCode } of stuck) t.is(rstCode, 11);
    t.is(server.subscriptions(), 1);
    t.false(ended);
    t.true(taken > 0);
  },
);

test.serial(
  'on one connection with many subscriptions, idle or stuck, a client reads and appends',
  async (t) => {
    const { counting, pages } = countedPages();
    const { server, url, log } = await startServer(t, { seen: counting });
    const count = await fill(log, 6);
    const { run } = await startClient(t, '@eventstore/db-client', url);
    await run(async ({ client }) => {
      const quiet = () => undefined;
      for (let i = 0; i < 12; i += 1) {
        client.subscribeToAll({ fromPosition: 'end' }).on('data', quiet).on('error', quiet);
        client.subscribeToStream(`none-${i}`).on('data', quiet).on('error', quiet);
      }
      // None of these takes anything, and each has more waiting than its window.
      for (let i = 0; i < 20; i += 1) client.subscribeToStream('a').on('error', quiet);
    });
    while (server.subscriptions() < 44 || pages() < 24 + 12) await sleep(5);
    await sleep(300);
    // All that subscriptions may have on a connection is had by those that are stuck.
    t.is(pages(), 24 + 12);
    const read = await run(async ({ client, library }) => {
      const counted: number[] = [];
      for (const options of [{ maxCount: 10 }, { maxCount: 1 }, {}]) {
        let seen = 0;
        for await (const _ of client.readStream('a', options)) seen += 1;
        counted.push(seen);
      }
      const event = library.jsonEvent({ type: 'Y', data: {} });
      await client.appendToStream('b', event);
      for await (const { event: found } of client.readStream('b')) counted.push(found === undefined ? 0 : 1);
      return counted;
    });
    t.deepEqual(read, [10, 1, count, 1]);
    t.is(server.subscriptions(), 44);
  },
);

test.serial('a reading that waits for readings of one event, one after the other, has them', async (t) => {
  // One page of each kind.
  const { url, log } = await startServer(t, { limits: { pageBytes: 1 } });
  const count = await fill(log, 6);
  const { run } = await startClient(t, '@eventstore/db-client', url);
  const read = await run(async ({ client }) => {
    let seen = 0;
    for await (const _ of client.readStream('a')) {
      seen += 1;
      if (seen % 100 === 0) for await (const _ of client.readStream('a', { maxCount: 1 })) seen += 0;
    }
    return seen;
  });
  t.is(read, count);
});

test.serial(
  'readings that each wait for a further one, more of them than there are pages, all end',
  async (t) => {
    // One page of each kind; who waits for a page that is held by one who waits for him would be ended as stuck.
    const { url, log } = await startServer(t, { limits: { pageBytes: 1, stuckMs: 4000 } });
    const count = await fill(log, 6);
    const { run } = await startClient(t, '@eventstore/db-client', url);
    const read = await run(async ({ client }) => {
      const counted: number[] = [];
      const readThrough = async (further: number): Promise<void> => {
        let seen = 0;
        for await (const _ of further % 2 === 0 ? client.readStream('a') : client.readAll()) {
          seen += 1;
          if (seen === 10 && further > 0) await readThrough(further - 1);
        }
        counted.push(seen);
      };
      await readThrough(5);
      return counted;
    });
    t.deepEqual(read, Array(6).fill(count));
  },
);
