import test from 'ava';
import { appendStampedPath } from '../../../domain/esdb/append-stamped.ts';
import { readTogetherPath } from '../../../domain/esdb/read-together.ts';
import { append, collect } from '../../contract/event-store/support.ts';
import { ledgerEvents, scene, stream } from './scene.ts';

test('an append to evio-ledger is one call; only where the events were there before is read what stands there', async (t) => {
  const calls: string[] = [];
  const called = (path: string): void => void calls.push(path);
  const { log, open } = await scene(t, { observer: { called, appended: () => {}, sent: () => {} } });
  const store = await open();
  const wanted = {
    stream,
    expectedRevision: 'no-stream',
    events: ledgerEvents(stream, undefined, 3),
  } as const;
  calls.length = 0;
  const first = await append(store, wanted);
  t.deepEqual(calls, [appendStampedPath]);
  t.deepEqual(await append(store, wanted), first);
  t.deepEqual(calls, [appendStampedPath, appendStampedPath, readTogetherPath]);
  const last = (await collect(log.readStream(stream))).at(-1);
  t.deepEqual(first, last && { revision: 2, position: last.position, recordedAt: last.recordedAt });
});
