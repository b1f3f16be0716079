import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ids } from '../../../adapters/system/ids.ts';
import { appendStampedPath } from '../../../domain/esdb/append-stamped.ts';
import { readTogetherPath } from '../../../domain/esdb/read-together.ts';
import { identifyLog } from '../../../services/ledger/identify-log.ts';
import { append, collect, oneByOne, realClock, sha256, take } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { openOverWire, serveLog } from '../../support/wire.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';
import { ledgerEvents, never, stream } from './scene.ts';

/** A store over the wire, and the calls that it makes; `identified`: the log has said itself who it is, as `evio-ledger serve` has it say. */
const openCounted = async (t: ExecutionContext, identified: boolean) => {
  const log = openAt(join(scratchFolder(t), 'ledger.db'));
  const survey = () => {
    throw new Error('nothing was restored');
  };
  if (identified) must(await identifyLog({ store: log, clock: realClock, ids, sha256 }, survey));
  const calls: string[] = [];
  const called = (path: string): void => void calls.push(path.split('/').at(-1) ?? '');
  const server = await serveLog(log.clients, realClock, {
    observer: { called, appended: () => {}, sent: () => {} },
  });
  t.teardown(async () => {
    await server.close(100);
    await log.close();
  });
  const store = await openOverWire(t, server.port);
  const events = ledgerEvents(stream, undefined, 3);
  await append(store, { stream, expectedRevision: 'no-stream', events });
  return { log, store, calls };
};

const nameOf = (path: string): string => path.split('/').at(-1) ?? '';

test('a log that says with a reading which one it is, is not asked for that', async (t) => {
  const { log, store, calls } = await openCounted(t, true);
  t.deepEqual(calls, [nameOf(readTogetherPath), nameOf(appendStampedPath)]);
  const events = await take(oneByOne(store.subscribe({ stream, from: 0, signal: never() })), 3);
  t.deepEqual(events, await collect(log.readStream(stream)));
  await store.close();
  await eventually('the server sees its end', async () => calls.length > 2 || undefined);
  t.deepEqual(calls.slice(2), [nameOf(readTogetherPath)]);
});

test('one that is known by another name than its own is asked', async (t) => {
  const { log, store, calls } = await openCounted(t, false);
  t.not(store.identity.logId, log.identity.logId);
  const before = calls.length;
  t.deepEqual(
    await take(oneByOne(store.subscribe({ stream, from: 0, signal: never() })), 3),
    await collect(log.readStream(stream)),
  );
  await store.close();
  await eventually('the server sees its end', async () => calls.length > before + 1 || undefined);
  t.deepEqual(calls.slice(before), [nameOf(readTogetherPath), nameOf(readTogetherPath)]);
});
