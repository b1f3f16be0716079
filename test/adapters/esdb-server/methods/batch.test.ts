import test from 'ava';
import { readWriteOptions } from '../../../../adapters/esdb-server/messages/write-options.ts';
import { addEvents, beginBatch, judge } from '../../../../adapters/esdb-server/methods/batch.ts';
import { makeWriter } from '../../../../adapters/esdb-server/protobuf/writer.ts';

/** Options for the stream `a` at revision 7; the deadline in seconds since 1970. */
const options = (deadline?: number) => {
  const writer = makeWriter();
  if (deadline !== undefined) writer.message(6, () => writer.number(1, deadline));
  writer.number(2, 7);
  writer.message(1, () => writer.text(3, 'a'));
  return readWriteOptions(writer.written());
};

const event = (id: string, bytes: number) => {
  const writer = makeWriter();
  writer.text(2, id);
  const data = Buffer.alloc(bytes);
  return { id: writer.written(), type: 'X', contentType: undefined, data, metadata: Buffer.alloc(0) };
};

const most = { bytes: 1000, events: 3 };
const id = '6F1C8A6E-0000-4000-8000-000000000000';

test('an append is judged by its deadline at the time it is whole', (t) => {
  const batch = beginBatch(options(1));
  t.like(judge(batch, 1000), { _tag: 'Right', right: { stream: 'a', expected: 7 } });
  t.like(judge(batch, 1001), { _tag: 'Left', left: { type: 'append-late' } });
});

test('an append that is over the limit keeps no event of it, also of chunks that follow', (t) => {
  const batch = beginBatch(options());
  addEvents(batch, [event(id, 600), event(id, 600)], most);
  addEvents(batch, [event(id, 10)], most);
  t.deepEqual(batch.events, []);
  t.deepEqual(judge(batch, 0), { _tag: 'Left', left: { type: 'append-too-large', most: 1000 } });
});

test('an append of more events than the limit is refused, however small they are, and empty ones count', (t) => {
  const many = beginBatch(options());
  addEvents(many, Array(4).fill(event(id, 1)), { ...most, bytes: 1e6 });
  t.deepEqual(judge(many, 0), { _tag: 'Left', left: { type: 'too-many-events', most: 3 } });
  const empty = beginBatch(options());
  addEvents(empty, Array(8).fill(event(id, 0)), { ...most, events: 1e6 });
  t.deepEqual(judge(empty, 0), { _tag: 'Left', left: { type: 'append-too-large', most: 1000 } });
  t.is(empty.bytes, 0);
});

test('an id that is none refuses the append, with the id; one in capitals is taken in small letters', (t) => {
  const batch = beginBatch(options());
  addEvents(batch, [event(id, 1)], most);
  t.is(batch.events[0]?.id, id.toLowerCase());
  addEvents(batch, [event('none', 1)], most);
  const judged = judge(batch, 0);
  t.like(judged, { _tag: 'Left', left: { type: 'malformed', status: { code: 3 } } });
  t.regex(JSON.stringify(judged), /"none\\" is no UUID/);
});

test('a chunk without options cannot begin an append', (t) => {
  t.like(judge(beginBatch(undefined), 0), { _tag: 'Left', left: { type: 'malformed' } });
});
