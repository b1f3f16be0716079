import test from 'ava';
import { either as E } from 'fp-ts';
import { append, collect, events, type OpenStore, realClock, settle, upTo } from './support.ts';

export const closeContract = (name: string, open: OpenStore): void => {
  test(`${name}: closing waits for the appends under way and refuses later ones`, async (t) => {
    const store = open(t, realClock);
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
    const store = open(t, realClock);
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
    const store = open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(3) });
    const { signal } = new AbortController();
    const following = [
      { from: 0, signal },
      { from: 0, signal, stream: 'a' },
      { from: 9, signal, stream: 'b' },
    ].map((subscription) => collect(store.subscribe(subscription)));
    await settle();
    await store.close();
    t.deepEqual(
      (await Promise.all(following)).map(({ length }) => length),
      [3, 3, 0],
    );
    t.deepEqual(await collect(store.subscribe({ from: 0, signal })), []);
  });
};
