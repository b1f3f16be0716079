import test from 'ava';
import { either as E } from 'fp-ts';
import { append, collect, events, type OpenStore, oneByOne, realClock, settle, upTo } from './support.ts';

export const flushContract = (name: string, open: OpenStore): void => {
  test(`${name}: what was written is shown to subscribers with the next flush`, async (t) => {
    const store = await open(t, realClock);
    const shown: number[] = [];
    const over = new AbortController();
    const following = (async () => {
      for await (const { position } of oneByOne(store.subscribe({ from: 0, signal: over.signal })))
        shown.push(position);
    })();
    const written = { stream: 'a', expectedRevision: 'no-stream', events: events(3) } as const;
    const appending = store.append({ ...written, durability: 'written' })();
    t.deepEqual(await store.flush()(), E.right(undefined));
    t.true(E.isRight(await appending));
    await settle();
    t.deepEqual(shown, upTo(3));
    over.abort();
    await following;
  });

  test(`${name}: with nothing to flush a flush succeeds and changes nothing`, async (t) => {
    const store = await open(t, realClock);
    t.deepEqual(await store.flush()(), E.right(undefined));
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
    t.deepEqual(await store.flush()(), E.right(undefined));
    t.is((await collect(store.readAll())).length, 1);
  });

  test(`${name}: a closed store cannot be flushed`, async (t) => {
    const store = await open(t, realClock);
    await store.close();
    const answer = await store.flush()();
    t.true(E.isLeft(answer) && answer.left.type === 'unavailable');
  });
};
