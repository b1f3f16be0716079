import test from 'ava';
import { either as E } from 'fp-ts';
import { append, collect, events, type OpenStore, realClock, take, upTo } from './support.ts';

export const readContract = (name: string, open: OpenStore): void => {
  test(`${name}: a stream is read from any revision, and the log from any position`, async (t) => {
    const store = await open(t, realClock);
    const count = 1_203;
    await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(1) });
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(count) });
    await append(store, { stream: 'b', expectedRevision: 0, events: events(1) });
    for (const from of [0, 1, 499, 500, 501, 1_000, count - 1, count, count + 5]) {
      const revisions = (await collect(store.readStream('a', from))).map(({ revision }) => revision);
      t.deepEqual(revisions, upTo(count).slice(from));
      const positions = (await collect(store.readAll(from))).map(({ position }) => position);
      t.deepEqual(positions, upTo(count + 2).slice(from));
    }
    t.deepEqual(
      (await collect(store.readStream('b'))).map(({ position }) => position),
      [0, count + 1],
    );
  });

  test(`${name}: a stream that does not exist has no events and no head`, async (t) => {
    const store = await open(t, realClock);
    t.deepEqual(await collect(store.readStream('nowhere')), []);
    t.deepEqual(await collect(store.readAll()), []);
    t.deepEqual(await store.head('nowhere')(), E.right(undefined));
  });

  test(`${name}: the head is the place and the hash of the stream's last event`, async (t) => {
    const store = await open(t, realClock);
    const written = events(3);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: written });
    await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(1) });
    t.deepEqual(await store.head('a')(), E.right({ revision: 2, position: 2, hash: written[2]?.hash }));
  });

  test(`${name}: a reading ends where the log ended when it began`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(600) });
    for (const read of [() => store.readAll(), () => store.readStream('a')]) {
      const end = await store.head('a')();
      const before = E.isRight(end) ? (end.right?.revision ?? 0) : 0;
      const revisions: number[] = [];
      for await (const { revision } of read()) {
        if (revision === 10)
          await append(store, { stream: 'a', expectedRevision: before, events: events(700) });
        revisions.push(revision);
      }
      t.deepEqual(revisions, upTo(before + 1));
    }
  });

  test(`${name}: a reading left early holds nothing up`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(50) });
    t.is((await take(store.readAll(), 3)).length, 3);
    t.is((await take(store.readStream('a', 7), 1))[0]?.revision, 7);
    t.is((await append(store, { stream: 'a', expectedRevision: 49, events: events(1) })).revision, 50);
  });
};
