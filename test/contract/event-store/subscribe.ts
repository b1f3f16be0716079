import test from 'ava';
import type { EventStore, RecordedEvent } from '../../../domain/port/event-store.ts';
import { append, collect, events, type OpenStore, realClock, settle, take, upTo } from './support.ts';

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
    const early = take(store.subscribe({ from: 0, signal: never() }), total);
    const middle = take(store.subscribe({ from: 650, signal: never() }), total - 650);
    const writers = upTo(20).map((index) => writer(store, `writer-${index}`, 50));
    await settle();
    const late = take(store.subscribe({ from: 0, signal: never() }), total);
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
    const whole = take(store.subscribe({ stream: 'a', from: 0, signal: never() }), 30);
    const part = take(store.subscribe({ stream: 'a', from: 15, signal: never() }), 25);
    const future = take(store.subscribe({ stream: 'c', from: 12, signal: never() }), 5);
    const [first] = await take(store.subscribe({ stream: 'a', from: 3, signal: never() }), 1);
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
    const waiting = take(store.subscribe({ from: 5, signal: never() }), 2);
    await writer(store, 'b', 6);
    t.deepEqual(positions(await waiting), [5, 6]);
  });

  test(`${name}: a slow subscriber holds no writer up and misses nothing`, async (t) => {
    const store = await open(t, realClock);
    const slow = store.subscribe({ from: 0, signal: never() })[Symbol.asyncIterator]();
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

  test(`${name}: an abort ends a subscription that waits, and one that is in the middle of its events`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(10) });
    const waiting = new AbortController();
    const waited: number[] = [];
    const wait = async (): Promise<void> => {
      for await (const { position } of store.subscribe({ from: 0, signal: waiting.signal }))
        waited.push(position);
    };
    const ended = wait();
    while (waited.length < 10) await settle();
    waiting.abort();
    await ended;
    t.deepEqual(waited, upTo(10));

    const reading = new AbortController();
    const read: number[] = [];
    for await (const { position } of store.subscribe({ from: 0, signal: reading.signal })) {
      read.push(position);
      if (position === 4) reading.abort();
    }
    t.deepEqual(read, upTo(5));

    t.deepEqual(await collect(store.subscribe({ from: 0, signal: AbortSignal.abort() })), []);
  });
};
