import test from 'ava';
import type { Calling } from '../../../adapters/esdb/calling.ts';
import { followEvents } from '../../../adapters/esdb/subscribe.ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { timer } from '../../../adapters/system/timer.ts';
import { readEvent } from '../../../domain/esdb/read-event.ts';
import { retryFor } from '../../../domain/retry-policy.ts';
import { append, collect, events, realClock, sha256 } from '../../contract/event-store/support.ts';

test('who gives up while the log is asked which one it is gets no page, though one has come', async (t) => {
  const log = openMemoryStore({ clock: realClock, newLogId: ids.random, sha256 });
  await append(log, { stream: 'a', expectedRevision: 'no-stream', events: events(3) });
  const answers = (await collect(log.readStream('a'))).map((event) => ({ event: readEvent(event) }));
  const call = {
    on: () => undefined,
    cancel: () => undefined,
    [Symbol.asyncIterator]: async function* () {
      yield answers;
    },
  };
  const follow = async (asked: (giveUp: () => void) => void): Promise<number[]> => {
    const over = new AbortController();
    const calling: Calling = {
      connection: { read: async () => call } as never,
      clock: realClock,
      timer,
      isOurs: () => true,
      patience: retryFor(0, 0),
      sameLog: async () => asked(() => over.abort()),
      closing: new AbortController().signal,
      heard: () => undefined,
    };
    const pages: number[] = [];
    for await (const page of followEvents(calling, { stream: 'a', from: 0, signal: over.signal })) {
      pages.push(page.length);
      over.abort();
    }
    return pages;
  };
  t.deepEqual(await follow(() => undefined), [3]);
  t.deepEqual(await follow((giveUp) => giveUp()), []);
});
