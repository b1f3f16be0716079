import test from 'ava';
import type { EventStore, EventToAppend, RecordedEvent } from '../../../domain/port/event-store.ts';
import {
  append,
  collect,
  event,
  events,
  type OpenStore,
  oneByOne,
  type Promised,
  realClock,
  settle,
  take,
  upTo,
} from './support.ts';

const never = (): AbortSignal => new AbortController().signal;

const types = ['JoinRequested', 'LeaseSurrendered'];

const typed = (type: string | undefined): EventToAppend => ({ ...event(), type: type ?? 'PodAdded' });

/** Appends to a stream of its own; every fourth event is a request, of either type in turn. */
const writer = async (store: EventStore, stream: string, count: number): Promise<void> => {
  for (let written = 0; written < count; ) {
    const size = Math.min(1 + (written % 3), count - written);
    await append(store, {
      stream,
      expectedRevision: written === 0 ? 'no-stream' : written - 1,
      events: upTo(size).map((index) =>
        typed(['JoinRequested', '', '', '', 'LeaseSurrendered'][(written + index) % 8] || undefined),
      ),
    });
    written += size;
    if (written % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

const requests = async (store: EventStore, stream?: string): Promise<ReadonlyArray<RecordedEvent>> =>
  (await collect(store.readAll())).filter(
    (one) => types.includes(one.type) && (stream === undefined || one.stream === stream),
  );

/** Counts how often a follower lies down to wait: a signal is listened to anew each time. */
const countedSignal = () => {
  const { signal } = new AbortController();
  const listen = signal.addEventListener.bind(signal);
  let waits = 0;
  signal.addEventListener = (...listener: Parameters<typeof listen>): void => {
    waits += 1;
    listen(...listener);
  };
  return { signal, waits: () => waits };
};

export const subscribeTypesContract = (name: string, open: OpenStore, { sleepsHere }: Promised): void => {
  test(`${name}: a subscription to some types gives what was there and what comes of them, without gap or repetition under concurrent writers`, async (t) => {
    const store = await open(t, realClock);
    await writer(store, 'before', 1_600);
    const early = take(oneByOne(store.subscribe({ types, from: 0, signal: never() })), 400 + 15 * 10);
    const ofOne = take(
      oneByOne(store.subscribe({ types, stream: 'writer-3', from: 0, signal: never() })),
      10,
    );
    const writers = upTo(15).map((index) => writer(store, `writer-${index}`, 40));
    await settle();
    const late = take(oneByOne(store.subscribe({ types, from: 800, signal: never() })), 200 + 15 * 10);
    await Promise.all(writers);
    const expected = await requests(store);
    t.is(expected.length, 550);
    t.deepEqual(await early, expected);
    t.deepEqual(
      await late,
      expected.filter(({ position }) => position >= 800),
    );
    t.deepEqual(await ofOne, await requests(store, 'writer-3'));
  });

  test(`${name}: a subscription to some types of one stream gives what is both, from a position of the log`, async (t) => {
    const store = await open(t, realClock);
    await writer(store, 'a', 40);
    await writer(store, 'b', 40);
    const from = 50;
    const following = take(oneByOne(store.subscribe({ types, stream: 'b', from, signal: never() })), 9);
    const other = take(
      oneByOne(store.subscribe({ types: ['LeaseSurrendered'], stream: 'a', from: 0, signal: never() })),
      5,
    );
    const future = take(oneByOne(store.subscribe({ types, stream: 'c', from, signal: never() })), 2);
    await append(store, { stream: 'a', expectedRevision: 39, events: [typed('JoinRequested')] });
    await append(store, {
      stream: 'b',
      expectedRevision: 39,
      events: [typed('PodAdded'), typed('JoinRequested')],
    });
    await append(store, { stream: 'b', expectedRevision: 41, events: [typed('LeaseSurrendered')] });
    await writer(store, 'c', 8);
    t.deepEqual(
      await following,
      (await requests(store, 'b')).filter(({ position }) => position >= from),
    );
    t.deepEqual(
      (await other).map(({ revision }) => revision),
      [4, 12, 20, 28, 36],
    );
    t.deepEqual(
      (await future).map(({ revision, type }) => [revision, type]),
      [
        [0, 'JoinRequested'],
        [4, 'LeaseSurrendered'],
      ],
    );
  });

  test(`${name}: a few events of the wanted types are found among very many others`, async (t) => {
    const store = await open(t, realClock);
    const rare = (revision: number | 'no-stream', type: string) =>
      append(store, { stream: 'a', expectedRevision: revision, events: [typed(type)] });
    await rare('no-stream', 'JoinRequested');
    await append(store, { stream: 'a', expectedRevision: 0, events: events(25_000) });
    await rare(25_000, 'LeaseSurrendered');
    await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(12_000) });
    const all = take(oneByOne(store.subscribe({ types, from: 0, signal: never() })), 3);
    const ofStream = take(oneByOne(store.subscribe({ types, stream: 'a', from: 1, signal: never() })), 2);
    await settle();
    await rare(25_001, 'JoinRequested');
    t.deepEqual(
      (await all).map(({ position }) => position),
      [0, 25_001, 37_002],
    );
    t.deepEqual(
      (await ofStream).map(({ revision }) => revision),
      [25_001, 25_002],
    );
  });

  test(`${name}: a slow subscriber to some types holds no writer up and misses none of them`, async (t) => {
    const store = await open(t, realClock);
    await writer(store, 'a', 8);
    const slow = oneByOne(store.subscribe({ types, from: 0, signal: never() }));
    const got: unknown[] = [(await slow.next()).value];
    for (const stream of ['b', 'c', 'd']) {
      await append(store, {
        stream,
        expectedRevision: 'no-stream',
        events: upTo(1_400).map((index) => typed(types[index % 2])),
      });
    }
    await writer(store, 'e', 400);
    const expected = await requests(store);
    t.is(expected.length, 2 + 4_200 + 100);
    while (got.length < expected.length) got.push((await slow.next()).value);
    t.deepEqual(got, expected);
  });

  if (sleepsHere) sleeps(name, open);

  test(`${name}: a subscription to no types at all gives nothing, and ends with its signal`, async (t) => {
    const store = await open(t, realClock);
    await writer(store, 'a', 8);
    const ending = new AbortController();
    const following = collect(oneByOne(store.subscribe({ types: [], from: 0, signal: ending.signal })));
    await writer(store, 'b', 8);
    ending.abort();
    t.deepEqual(await following, []);
  });
};

const sleeps = (name: string, open: OpenStore): void => {
  test(`${name}: a subscription sleeps through appends that hold nothing of its stream and types`, async (t) => {
    const store = await open(t, realClock);
    const [byType, byStream, byBoth] = [countedSignal(), countedSignal(), countedSignal()];
    const following = [
      take(oneByOne(store.subscribe({ types, from: 0, signal: byType.signal })), 2),
      take(oneByOne(store.subscribe({ stream: 'b', from: 0, signal: byStream.signal })), 2),
      take(oneByOne(store.subscribe({ types, stream: 'b', from: 0, signal: byBoth.signal })), 2),
    ];
    const waits = () => [byType, byStream, byBoth].map((counted) => counted.waits());
    await settle();
    t.deepEqual(waits(), [1, 1, 1]);
    for (const index of upTo(20)) {
      await append(store, {
        stream: 'a',
        expectedRevision: index === 0 ? 'no-stream' : index - 1,
        events: events(3).slice(0, 1),
      });
    }
    await settle();
    t.deepEqual(waits(), [1, 1, 1], 'another stream and type concerns none of them');
    await append(store, { stream: 'a', expectedRevision: 19, events: [typed('JoinRequested')] });
    await settle();
    t.deepEqual(waits(), [2, 1, 1], 'the type alone concerns the first');
    await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(1) });
    await settle();
    t.deepEqual(waits(), [2, 2, 1], 'the stream alone concerns the second');
    await append(store, {
      stream: 'b',
      expectedRevision: 0,
      events: [typed('PodAdded'), typed('JoinRequested')],
    });
    await append(store, { stream: 'b', expectedRevision: 2, events: [typed('LeaseSurrendered')] });
    t.deepEqual(
      (await Promise.all(following)).map((got) => got.map(({ position }) => position)),
      [
        [20, 23],
        [21, 22],
        [23, 24],
      ],
    );
  });
};
