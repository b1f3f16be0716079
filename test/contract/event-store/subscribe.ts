import test from 'ava';
import type { EventStore, RecordedEvent } from '../../../domain/port/event-store.ts';
import {
  append,
  collect,
  event,
  events,
  type OpenStore,
  oneByOne,
  realClock,
  settle,
  take,
  upTo,
} from './support.ts';

const never = (): AbortSignal => new AbortController().signal;

const positions = (recorded: ReadonlyArray<RecordedEvent>): ReadonlyArray<number> =>
  recorded.map(({ position }) => position);

/** Appends to a stream of its own, in appends of one to three events with pauses between them. */
const writer = async (store: EventStore, stream: string, count: number): Promise<void> => {
  for (let written = 0; written < count; ) {
    const size = Math.min(1 + (written % 3), count - written);
    await append(store, {
      stream,
      expectedRevision: written === 0 ? 'no-stream' : written - 1,
      events: events(size),
    });
    written += size;
    if (written % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

export const subscribeContract = (name: string, open: OpenStore): void => {
  test(`${name}: under 20 concurrent writers a subscription passes from what was there to what comes without gap or repetition`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'before', expectedRevision: 'no-stream', events: events(700) });
    const total = 700 + 20 * 50;
    const early = take(oneByOne(store.subscribe({ from: 0, signal: never() })), total);
    const middle = take(oneByOne(store.subscribe({ from: 650, signal: never() })), total - 650);
    const writers = upTo(20).map((index) => writer(store, `writer-${index}`, 50));
    await settle();
    const late = take(oneByOne(store.subscribe({ from: 0, signal: never() })), total);
    await Promise.all(writers);
    t.deepEqual(positions(await early), upTo(total));
    t.deepEqual(positions(await middle), upTo(total).slice(650));
    t.deepEqual(positions(await late), upTo(total));
    t.deepEqual(await late, await collect(store.readAll()));
  });

  test(`${name}: a subscription to one stream gives that stream alone, from a position of the log`, async (t) => {
    const store = await open(t, realClock);
    await writer(store, 'b', 10);
    await writer(store, 'a', 10);
    const whole = take(oneByOne(store.subscribe({ stream: 'a', from: 0, signal: never() })), 30);
    const part = take(oneByOne(store.subscribe({ stream: 'a', from: 15, signal: never() })), 25);
    const future = take(oneByOne(store.subscribe({ stream: 'c', from: 12, signal: never() })), 5);
    const [first] = await take(oneByOne(store.subscribe({ stream: 'a', from: 3, signal: never() })), 1);
    t.is(first?.position, 10);
    const more = async (): Promise<void> => {
      for (const index of upTo(20)) {
        await append(store, { stream: 'a', expectedRevision: 9 + index, events: events(1) });
      }
    };
    await Promise.all([more(), writer(store, 'c', 5), writer(store, 'd', 40)]);
    t.deepEqual(
      (await whole).map(({ stream, revision }) => [stream, revision]),
      upTo(30).map((revision) => ['a', revision]),
    );
    t.deepEqual(
      (await part).map(({ revision }) => revision),
      upTo(30).slice(5),
    );
    t.deepEqual(
      (await future).map(({ stream, revision }) => [stream, revision]),
      upTo(5).map((revision) => ['c', revision]),
    );
  });

  test(`${name}: a subscription may begin beyond the end and waits for that position`, async (t) => {
    const store = await open(t, realClock);
    await writer(store, 'a', 2);
    const waiting = take(oneByOne(store.subscribe({ from: 5, signal: never() })), 2);
    await writer(store, 'b', 6);
    t.deepEqual(positions(await waiting), [5, 6]);
  });

  test(`${name}: a slow subscriber holds no writer up and misses nothing`, async (t) => {
    const store = await open(t, realClock);
    const slow = oneByOne(store.subscribe({ from: 0, signal: never() }));
    await writer(store, 'a', 3);
    const got: number[] = [];
    const next = async (): Promise<void> => {
      const { value } = await slow.next();
      got.push((value as RecordedEvent).position);
    };
    await next();
    for (const stream of ['b', 'c', 'd']) {
      await append(store, { stream, expectedRevision: 'no-stream', events: events(500) });
    }
    while (got.length < 1_503) await next();
    t.deepEqual(got, upTo(1_503));
  });

  test(`${name}: what was appended together comes in order, by the page, and no page is empty`, async (t) => {
    const store = await open(t, realClock);
    const count = 1_301;
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(count) });
    const types = ['JoinRequested'];
    const there = upTo(2 * count + 1);
    const followed = [
      { wanted: {}, expected: there },
      { wanted: { stream: 'a' }, expected: [...there.slice(0, count), 2 * count] },
      { wanted: { stream: 'b' }, expected: there.slice(count, 2 * count) },
      { wanted: { types }, expected: [2 * count] },
      { wanted: { stream: 'a', types }, expected: [2 * count] },
    ].map(({ wanted, expected }) => {
      const signal = never();
      const pages: Array<ReadonlyArray<number>> = [];
      const follow = async (): Promise<void> => {
        for await (const page of store.subscribe({ ...wanted, from: 0, signal })) {
          pages.push(positions(page));
          if (pages.flat().length >= expected.length) break;
        }
      };
      return { pages, expected, ended: follow() };
    });
    await settle();
    await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(count) });
    const last = { ...event(), type: 'JoinRequested' };
    await append(store, { stream: 'a', expectedRevision: count - 1, events: [last] });
    for (const { pages, expected, ended } of followed) {
      await ended;
      t.deepEqual(pages.flat(), expected);
      t.true(pages.every((page) => page.length > 0));
    }
    const sizes = followed[0]?.pages.length ?? 0;
    t.true(
      sizes > 2 && sizes < count / 10,
      `${sizes} pages: each a part of what is there, and not one event`,
    );
  });

  test(`${name}: an abort ends a subscription that waits, and behind one no further page is given`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(10) });
    const waiting = new AbortController();
    const waited: number[] = [];
    const wait = async (): Promise<void> => {
      for await (const { position } of oneByOne(store.subscribe({ from: 0, signal: waiting.signal })))
        waited.push(position);
    };
    const ended = wait();
    while (waited.length < 10) await settle();
    waiting.abort();
    await ended;
    t.deepEqual(waited, upTo(10));

    await append(store, { stream: 'a', expectedRevision: 9, events: events(1_290) });
    for (const wanted of [{}, { stream: 'a' }, { types: ['PodAdded'] }]) {
      const reading = new AbortController();
      const read: number[] = [];
      for await (const page of store.subscribe({ ...wanted, from: 0, signal: reading.signal })) {
        read.push(page.length);
        reading.abort();
      }
      t.is(read.length, 1);
      t.true((read[0] ?? 0) < 1_300, 'there was more to give');
    }

    t.deepEqual(await collect(oneByOne(store.subscribe({ from: 0, signal: AbortSignal.abort() }))), []);
  });
};
