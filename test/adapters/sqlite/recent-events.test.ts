import test from 'ava';
import { recentEvents } from '../../../adapters/sqlite/recent-events.ts';
import type { EventToAppend } from '../../../domain/port/event-store.ts';

const stream = 'cluster-evio';
const event = (n: number, payload = '{}'): EventToAppend => ({
  id: `id-${n}`,
  type: 'Counted',
  payload,
  metadata: '{}',
  hash: `hash-${n}`,
});
const recordedAt = '2026-11-22T12:00:00.000Z';

/** So many events, the last of them at this revision and ten positions further. */
const run = (last: number, count = 1, of = stream) => ({
  stream: of,
  events: Array.from({ length: count }, (_, at) => event(last - count + 1 + at)),
  end: { revision: last, position: last + 10, recordedAt },
});

const recorded = (revision: number) => ({
  ...event(revision),
  stream,
  revision,
  position: revision + 10,
  recordedAt,
});

const following = () => {
  const recent = recentEvents();
  const gone = recent.followed(stream);
  return { ...recent, gone };
};

test('what was written one behind the other is given from any of its revisions on, once', (t) => {
  const recent = following();
  const wrote = [run(2, 3), run(0, 1, 'other'), run(4, 2)];
  for (const from of [0, 1, 4]) {
    recent.keep(wrote);
    t.deepEqual(recent.take(stream, from), [0, 1, 2, 3, 4].slice(from).map(recorded));
    t.deepEqual(recent.take(stream, from), []);
  }
  recent.keep(wrote);
  t.deepEqual(recent.take(stream, 5), []);
  t.deepEqual(recent.take('other', 0), []);
});

test('nothing is given where something is missing', (t) => {
  const recent = following();
  recent.keep([run(2, 3), run(7, 2)]);
  t.deepEqual(recent.take(stream, 1), []);
  t.deepEqual(recent.take(stream, 5), []);
  t.deepEqual(recent.take(stream, 6), [6, 7].map(recorded));
});

test('of what may have been changed since nothing is given, whenever it is told of', (t) => {
  const recent = following();
  recent.keep([run(0)]);
  recent.changedUpTo(11);
  t.deepEqual(recent.take(stream, 0), []);
  recent.keep([run(1), run(2)]);
  t.deepEqual(recent.take(stream, 1), []);
  t.deepEqual(recent.take(stream, 2), [recorded(2)]);
});

test('what is held has an end in number and size, and nothing is held of what nobody follows', (t) => {
  const recent = following();
  recent.keep([run(599, 600), run(1199, 600)]);
  t.deepEqual(recent.take(stream, 0), []);
  t.is(recent.take(stream, 600).length, 600);
  recent.keep([run(599, 600), { ...run(600), events: [event(600, 'x'.repeat(2 << 20))] }]);
  t.deepEqual(recent.take(stream, 0), []);
  recent.keep([run(601)]);
  recent.gone();
  t.deepEqual(recent.take(stream, 601), []);
  recent.keep([run(602)]);
  t.deepEqual(recent.take(stream, 602), []);
});
