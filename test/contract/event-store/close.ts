import test from 'ava';
import { either as E } from 'fp-ts';
import type { RecordedEvent } from '../../../domain/port/event-store.ts';
import { append, collect, events, type OpenStore, oneByOne, realClock, settle, upTo } from './support.ts';

export const closeContract = (name: string, open: OpenStore): void => {
  test(`${name}: closing waits for the appends under way and refuses later ones`, async (t) => {
    const store = await open(t, realClock);
    const underWay = upTo(10).map((index) =>
      store.append({ stream: `s-${index}`, expectedRevision: 'no-stream', events: events(1) })(),
    );
    await Promise.all([store.close(), store.close()]);
    t.true((await Promise.all(underWay)).every(E.isRight));
    const closed = E.left({ type: 'unavailable', reason: 'the log is closed' });
    t.deepEqual(
      await store.append({ stream: 'a', expectedRevision: 'no-stream', events: events(1) })(),
      closed,
    );
    t.deepEqual(await store.head('s-1')(), closed);
    await store.close();
  });

  test(`${name}: a reading after or across the closing fails as unavailable, never looks complete`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1_200) });
    const across = store.readAll()[Symbol.asyncIterator]();
    await across.next();
    await store.close();
    const rest = async (): Promise<void> => {
      while (!(await across.next()).done);
    };
    for (const read of [rest, () => collect(store.readAll()), () => collect(store.readStream('a'))]) {
      const failure: unknown = await t.throwsAsync(read);
      t.like(failure, { type: 'unavailable', reason: 'the log is closed' });
    }
  });

  test(`${name}: closing ends every subscription`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(3) });
    const { signal } = new AbortController();
    const got = [
      { from: 0, signal },
      { from: 0, signal, stream: 'a' },
      { from: 9, signal, stream: 'b' },
    ].map((subscription) => {
      const events: RecordedEvent[] = [];
      const follow = async (): Promise<void> => {
        for await (const event of oneByOne(store.subscribe(subscription))) events.push(event);
      };
      return { events, ended: follow() };
    });
    const counts = (): ReadonlyArray<number> => got.map(({ events }) => events.length);
    while (counts().join() !== '3,3,0') await settle();
    await store.close();
    await Promise.all(got.map(({ ended }) => ended));
    t.deepEqual(counts(), [3, 3, 0]);
    t.deepEqual(await collect(oneByOne(store.subscribe({ from: 0, signal }))), []);
  });

  test(`${name}: who is at a page when the store closes is given no other`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1_300) });
    const pages = store.subscribe({ from: 0, signal: new AbortController().signal })[Symbol.asyncIterator]();
    const { value } = await pages.next();
    t.true(value.length > 0 && value.length < 1_300);
    await store.close();
    t.true((await pages.next()).done);
  });
};
