import test from 'ava';
import { either as E } from 'fp-ts';
import { append, collect, event, events, type OpenStore, type Promised, realClock, upTo } from './support.ts';

export const repeatContract = (name: string, open: OpenStore, { knowsEveryId }: Promised): void => {
  test(`${name}: an append repeated later gets the same answer and writes nothing`, async (t) => {
    const store = await open(t, realClock);
    const first = { stream: 'a', expectedRevision: 'no-stream', events: events(2) } as const;
    const second = { stream: 'a', expectedRevision: 1, events: events(3) } as const;
    const answers = [await append(store, first), await append(store, second)];
    await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(1) });
    await append(store, { stream: 'a', expectedRevision: 4, events: events(1) });
    t.deepEqual([await append(store, first), await append(store, second)], answers);
    t.is((await collect(store.readAll())).length, 7);
  });

  test(`${name}: an append and its repeat at the same time are one append`, async (t) => {
    const store = await open(t, realClock);
    const wanted = { stream: 'a', expectedRevision: 'no-stream', events: events(2) } as const;
    const answers = await Promise.all(upTo(5).map(() => append(store, wanted)));
    for (const answer of answers) t.deepEqual(answer, answers[0]);
    t.is((await collect(store.readAll())).length, 2);
  });

  test(`${name}: the same ids in another order, or only partly there, are no repeat`, async (t) => {
    const store = await open(t, realClock);
    const [one, two, three] = [event(), event(), event()];
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: [one, two] });
    const conflict = E.left({ type: 'conflict', stream: 'a', expected: 'no-stream', actual: 1 });
    for (const again of [
      [two, one],
      [one, two, three],
      [one, three],
    ]) {
      t.deepEqual(
        await store.append({ stream: 'a', expectedRevision: 'no-stream', events: again })(),
        conflict,
      );
    }
    t.is((await collect(store.readAll())).length, 2);
  });

  if (knowsEveryId) elsewhere(name, open);

  test(`${name}: one id twice in an append is refused by name`, async (t) => {
    const store = await open(t, realClock);
    const twice = event();
    const answer = await store.append({
      stream: 'a',
      expectedRevision: 'no-stream',
      events: [twice, event(), twice],
    })();
    t.deepEqual(answer, E.left({ type: 'duplicate-event-id', id: twice.id }));
    t.deepEqual(await collect(store.readAll()), []);
  });
};

const elsewhere = (name: string, open: OpenStore): void => {
  test(`${name}: an id that stands elsewhere is refused by name and keeps nothing`, async (t) => {
    const store = await open(t, realClock);
    const there = events(2);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: there });
    const id = there[1]?.id ?? '';
    for (const [stream, expectedRevision] of [
      ['a', 1],
      ['b', 'no-stream'],
    ] as const) {
      const answer = await store.append({ stream, expectedRevision, events: [event(), ...there.slice(1)] })();
      t.deepEqual(answer, E.left({ type: 'duplicate-event-id', id }));
    }
    const twice = event();
    const both = await store.append({
      stream: 'b',
      expectedRevision: 'no-stream',
      events: [...there.slice(1), twice, twice],
    })();
    // The first of them, whatever is odd about the others.
    t.deepEqual(both, E.left({ type: 'duplicate-event-id', id }));
    t.is((await collect(store.readAll())).length, 2);
    t.deepEqual(await store.head('b')(), E.right(undefined));
  });
};
