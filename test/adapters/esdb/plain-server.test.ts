import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { appendStampedPath } from '../../../domain/esdb/append-stamped.ts';
import { readTogetherPath } from '../../../domain/esdb/read-together.ts';
import { append, collect, oneByOne, realClock, take } from '../../contract/event-store/support.ts';
import { plainServer } from '../../support/plain-server.ts';
import { openOverWire, serveLog } from '../../support/wire.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';
import { ledgerEvents, never, stream } from './scene.ts';

/** A log of so many events, behind a server that knows EventStoreDB's methods alone. */
const openPlain = async (t: ExecutionContext, count: number) => {
  const log = openAt(join(scratchFolder(t), 'ledger.db'));
  const server = await serveLog(log.clients, realClock);
  t.teardown(async () => {
    await server.close(100);
    await log.close();
  });
  const { port, refused } = await plainServer(t, server.port);
  const store = await openOverWire(t, port);
  await append(store, {
    stream,
    expectedRevision: 'no-stream',
    events: ledgerEvents(stream, undefined, count),
  });
  return { log, store, refused };
};

test('a server that does not send messages together is read as EventStoreDB is, and asked for it once', async (t) => {
  const { log, store, refused } = await openPlain(t, 300);
  const written = await collect(log.readStream(stream));
  t.deepEqual(await collect(store.readStream(stream)), written);
  t.deepEqual(await collect(store.readAll()), await collect(log.readAll()));
  t.deepEqual(await take(oneByOne(store.subscribe({ stream, from: 0, signal: never() })), 300), written);
  t.deepEqual(refused, [readTogetherPath, appendStampedPath]);
});

test('a server that does not stamp its answers is read to learn what stands there, and asked for it once', async (t) => {
  const { log, store, refused } = await openPlain(t, 2);
  const end = (await collect(log.readStream(stream))).at(-1);
  const answer = await append(store, {
    stream,
    expectedRevision: 1,
    events: ledgerEvents(stream, end, 2),
  });
  const last = (await collect(log.readStream(stream))).at(-1);
  t.is(last?.revision, 3);
  t.deepEqual(answer, last && { revision: 3, position: last.position, recordedAt: last.recordedAt });
  t.deepEqual(refused, [readTogetherPath, appendStampedPath]);
});
