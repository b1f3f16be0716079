import test from 'ava';
import { either as E } from 'fp-ts';
import {
  append,
  clockOf,
  collect,
  event,
  events,
  type OpenStore,
  type Promised,
  realClock,
  upTo,
} from './support.ts';

export const appendContract = (
  name: string,
  open: OpenStore,
  { knowsEveryId, keepsAnyText }: Promised,
): void => {
  test(`${name}: revisions count from 0 in each stream and positions from 0 over the log`, async (t) => {
    const store = await open(t, realClock);
    const first = await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(2) });
    const second = await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(1) });
    const third = await append(store, { stream: 'a', expectedRevision: 1, events: events(2) });
    t.deepEqual(
      [first, second, third].map(({ revision, position }) => [revision, position]),
      [
        [1, 1],
        [0, 2],
        [3, 4],
      ],
    );
    t.deepEqual(
      (await collect(store.readAll())).map(({ stream, revision, position }) => [stream, revision, position]),
      [
        ['a', 0, 0],
        ['a', 1, 1],
        ['b', 0, 2],
        ['a', 2, 3],
        ['a', 3, 4],
      ],
    );
  });

  test(`${name}: an event is given back as it was appended, with its place and stamp`, async (t) => {
    const store = await open(t, clockOf('2026-11-21T03:36:14.123Z'));
    const one = event();
    const answer = await append(store, { stream: 'a', expectedRevision: 'no-stream', events: [one] });
    t.deepEqual(answer, { revision: 0, position: 0, recordedAt: '2026-11-21T03:36:14.123Z' });
    const recorded = { ...one, ...answer, stream: 'a' };
    t.deepEqual(await collect(store.readAll()), [recorded]);
    t.deepEqual(await collect(store.readStream('a')), [recorded]);
  });

  test(`${name}: an expectation that does not hold is a conflict with the actual revision and keeps nothing`, async (t) => {
    const store = await open(t, realClock);
    await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(2) });
    for (const [stream, expected, actual] of [
      ['a', 'no-stream', 1],
      ['a', 0, 1],
      ['a', 2, 1],
      ['a', -1, 1],
      ['b', 0, 'no-stream'],
    ] as const) {
      const answer = await store.append({ stream, expectedRevision: expected, events: events(2) })();
      t.deepEqual(answer, E.left({ type: 'conflict', stream, expected, actual }));
    }
    t.is((await collect(store.readAll())).length, 2);
    t.is(
      (await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(1) })).position,
      2,
    );
  });

  test(`${name}: of many concurrent appends with one expectation exactly one wins`, async (t) => {
    const store = await open(t, realClock);
    const answers = await Promise.all(
      upTo(20).map(() => store.append({ stream: 'a', expectedRevision: 'no-stream', events: events(3) })()),
    );
    t.is(answers.filter(E.isRight).length, 1);
    for (const answer of answers.filter(E.isLeft)) {
      t.deepEqual(answer.left, { type: 'conflict', stream: 'a', expected: 'no-stream', actual: 2 });
    }
    t.is((await collect(store.readStream('a'))).length, 3);
  });

  test(`${name}: concurrent appends to many streams all succeed, and a refused neighbour disturbs none`, async (t) => {
    const store = await open(t, realClock);
    const taken = event();
    await append(store, { stream: 'taken', expectedRevision: 'no-stream', events: [taken] });
    const twice = knowsEveryId ? [event(), taken] : [taken, taken];
    const answers = await Promise.all(
      upTo(60).map((index) =>
        store.append(
          index % 3 === 0
            ? { stream: `good-${index}`, expectedRevision: 'no-stream', events: events(4) }
            : index % 3 === 1
              ? { stream: `late-${index}`, expectedRevision: 7, events: events(4) }
              : { stream: `twice-${index}`, expectedRevision: 'no-stream', events: twice },
        )(),
      ),
    );
    t.deepEqual(
      answers.map((answer) => (E.isRight(answer) ? 'good' : answer.left.type)),
      upTo(60).map((index) => ['good', 'conflict', 'duplicate-event-id'][index % 3] ?? ''),
    );
    const all = await collect(store.readAll());
    t.deepEqual(
      all.map(({ position }) => position),
      upTo(81),
    );
    t.true(all.slice(1).every(({ stream }) => stream.startsWith('good-')));
    for (const index of upTo(20)) t.is((await collect(store.readStream(`good-${index * 3}`))).length, 4);
  });

  test(`${name}: an append without events writes nothing and answers with the stream's end`, async (t) => {
    const store = await open(t, clockOf('2026-01-01T00:00:00.000Z'));
    const empty = { stream: 'a', events: [] };
    const recordedAt = '2026-01-01T00:00:00.000Z';
    t.deepEqual(
      await store.append({ ...empty, expectedRevision: 'no-stream' })(),
      E.right({ revision: -1, position: -1, recordedAt }),
    );
    const there = await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(2) });
    t.deepEqual(await store.append({ ...empty, expectedRevision: 1 })(), E.right(there));
    t.deepEqual(
      await store.append({ ...empty, expectedRevision: 0 })(),
      E.left({ type: 'conflict', stream: 'a', expected: 0, actual: 1 }),
    );
    t.is((await collect(store.readAll())).length, 2);
  });

  test(`${name}: stamps never go back, whatever the clock does`, async (t) => {
    let now = '2026-06-01T00:00:00.000Z';
    const store = await open(t, { ...realClock, now: () => now });
    for (const index of upTo(5)) {
      await append(store, {
        stream: 'a',
        expectedRevision: index === 0 ? 'no-stream' : index - 1,
        events: events(1),
      });
      now = '2026-05-01T00:00:00.000Z';
    }
    t.deepEqual(
      (await collect(store.readAll())).map(({ recordedAt }) => recordedAt),
      upTo(5).map(() => '2026-06-01T00:00:00.000Z'),
    );
  });

  test(`${name}: an id that is no UUID, a hash that is none and a text that is no Unicode are refused in words`, async (t) => {
    const store = await open(t, realClock);
    for (const odd of [
      { id: 'first' },
      { id: event().id.toUpperCase() },
      { hash: 'abc' },
      { type: 'half a pair \ud83d' },
      { payload: '{"half":"\udef0"}' },
      { metadata: '{"half":"\ud83d"}' },
    ]) {
      const bad = { ...event(), ...odd };
      const answer = await store.append({
        stream: 'a',
        expectedRevision: 'no-stream',
        events: [event(), bad],
      })();
      t.true(E.isLeft(answer) && answer.left.type === 'unavailable' && answer.left.reason.includes(bad.id));
    }
    const named = await store.append({
      stream: 'a\ud83d',
      expectedRevision: 'no-stream',
      events: [event()],
    })();
    t.true(E.isLeft(named) && named.left.type === 'unavailable' && named.left.reason.includes('Unicode'));
    t.deepEqual(await collect(store.readAll()), []);
  });

  test(`${name}: texts are kept byte for byte, a mebibyte of them too`, async (t) => {
    const store = await open(t, realClock);
    const texts = [
      '{"name":"Łódź – 東京 – 🛰️ – e\u0301 – \u2028\u2029\ufeff\u007f"}',
      '{"escaped":"\\u0000\\ud83d"}',
      `{"large":"${'🛰️ß'.repeat(131_072)}"}`,
      '',
    ];
    const written = texts.map((text) => ({
      ...event(text),
      metadata: keepsAnyText ? text : event().metadata,
      type: `Typ-${text.slice(0, 20)}`,
    }));
    await append(store, { stream: 'edge:Łódź', expectedRevision: 'no-stream', events: written });
    t.true(Buffer.byteLength(texts[2] ?? '') > 1_048_576);
    const read = await collect(store.readStream('edge:Łódź'));
    for (const [index, recorded] of read.entries()) {
      t.true(Buffer.from(recorded.payload).equals(Buffer.from(texts[index] ?? '?')));
      t.is(recorded.metadata, written[index]?.metadata ?? '?');
      t.is(recorded.type, written[index]?.type ?? '?');
    }
    t.is(read.length, texts.length);
  });
};
