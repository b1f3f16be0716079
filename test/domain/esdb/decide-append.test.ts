import test from 'ava';
import { decideSoftDeletion, decideTombstone } from '../../../domain/esdb/decide-deletion.ts';
import type { ClientExpectation } from '../../../domain/port/client-log.ts';
import { append, given, refusal, type Step, sent, standingOn, when } from './scene.ts';

const two = given(append('orders', 'no-stream', sent(1), sent(2)));

const conflict = (expected: ClientExpectation, actual: number | 'no-stream') => ({
  type: 'conflict',
  stream: 'orders',
  expected,
  actual,
});

test('an append goes where the client expects the stream to end', (t) => {
  const added = { adds: ['orders@2 OrderPlaced {"number":3}'] };
  for (const expected of [1, 'any', 'stream-exists'] as const)
    t.deepEqual(when(two, append('orders', expected, sent(3))), added);
  t.deepEqual(when([], append('orders', 'any', sent(1))), { adds: ['orders@0 OrderPlaced {"number":1}'] });
});

test('another end than the expected one is a conflict that names it', (t) => {
  for (const expected of ['no-stream', 0, 2] as const)
    t.deepEqual(refusal(two, append('orders', expected, sent(3))), conflict(expected, 1));
  t.deepEqual(refusal([], append('orders', 0, sent(1))), conflict(0, 'no-stream'));
  t.deepEqual(
    refusal([], append('orders', 'stream-exists', sent(1))),
    conflict('stream-exists', 'no-stream'),
  );
});

test('a stream that has metadata exists', (t) => {
  const described = given(append('$$orders', 'any', sent(9, { type: '$metadata', data: '{"$maxCount":5}' })));
  t.deepEqual(when(described, append('orders', 'stream-exists', sent(1))), {
    adds: ['orders@0 OrderPlaced {"number":1}'],
  });
});

test('a repeat at its place is answered with that place, also when more has come since', (t) => {
  const more = given(append('orders', 'no-stream', sent(1), sent(2)), append('orders', 1, sent(3)));
  t.deepEqual(when(more, append('orders', 'no-stream', sent(1), sent(2))), {
    there: { revision: 1, position: 1 },
  });
  t.deepEqual(when(more, append('orders', 0, sent(2))), { there: { revision: 1, position: 1 } });
  t.deepEqual(when(more, append('orders', 0, sent(2), sent(3))), { there: { revision: 2, position: 2 } });
});

test('with any and stream-exists a repeat is found wherever it stands', (t) => {
  const more = given(append('orders', 'no-stream', sent(1), sent(2)), append('orders', 'any', sent(3)));
  for (const expected of ['any', 'stream-exists'] as const)
    t.deepEqual(when(more, append('orders', expected, sent(1), sent(2))), {
      there: { revision: 1, position: 1 },
    });
});

test('an append of which a part stands already is a conflict', (t) => {
  for (const expected of ['any', 'no-stream', 'stream-exists'] as const)
    t.deepEqual(refusal(two, append('orders', expected, sent(1), sent(3))), conflict(expected, 1));
  t.deepEqual(refusal(two, append('orders', 0, sent(2), sent(3))), conflict(0, 1));
});

test('an id that stands in another stream, or earlier in this one, is no repeat', (t) => {
  t.deepEqual(when(two, append('bills', 'any', sent(1))), { adds: ['bills@0 OrderPlaced {"number":1}'] });
  const again = append('orders', 1, sent(1));
  t.deepEqual(when(two, again), { adds: ['orders@2 OrderPlaced {"number":1}'] });
  const three = given(append('orders', 'no-stream', sent(1), sent(2)), again);
  t.deepEqual(when(three, again), { there: { revision: 2, position: 2 } });
});

test('one id twice in one append is two events', (t) => {
  t.deepEqual(when([], append('orders', 'any', sent(1), sent(1))), {
    adds: ['orders@0 OrderPlaced {"number":1}', 'orders@1 OrderPlaced {"number":1}'],
  });
  const ids = given(append('orders', 'any', sent(1), sent(1))).map(({ id }) => id);
  t.is(new Set(ids).size, 2);
});

test('a stream whose ids another stream’s events have is refused', (t) => {
  const taken: Step = (standing) => append('orders', 'any', sent(1))({ ...standing, hasId: () => true });
  t.regex(String(refusal([], taken)), /another stream's events have the ids of this one: name it otherwise/);
  t.deepEqual(
    when(two, (standing) => append('orders', 'any', sent(3))({ ...standing, hasId: () => true })),
    {
      adds: ['orders@2 OrderPlaced {"number":3}'],
    },
  );
});

test('an append without events answers with the stream’s end', (t) => {
  t.deepEqual(when(two, append('orders', 'any')), { there: { revision: 1, position: 1 } });
  t.deepEqual(when(two, append('orders', 1)), { there: { revision: 1, position: 1 } });
  t.deepEqual(when([], append('orders', 'no-stream')), {
    there: { revision: 'no-stream', position: undefined },
  });
  t.deepEqual(refusal(two, append('orders', 0)), conflict(0, 1));
});

test('what a stream cannot be called, and an event cannot be, is refused in words', (t) => {
  for (const [stream, event, words] of [
    ['', sent(1), /no stream can be called ''/],
    ['a\0b', sent(1), /without NUL characters/],
    ['$$', sent(1), /no stream can be called/],
    ['$$$$orders', sent(1), /metadata of a metadata stream/],
    ['orders', sent(1, { id: 'ABC' }), /event id ABC is not a UUID/],
    ['orders', sent(1, { type: '' }), /has no type/],
    ['$all', sent(1), /every stream together/],
    ['orders\ud83d', sent(1), /not well-formed Unicode/],
    ['host-evio:a', sent(1, { type: 'Pod\ud83d' }), /type.*not well-formed Unicode/],
    ['orders', sent(1, { type: 'Pod\ud83d' }), /type.*not well-formed Unicode/],
    ['orders', sent(1, { contentType: '\ude00' }), /content type.*not well-formed Unicode/],
    ['orders', sent(1, { data: 'x\ud83d' }), /data.*not well-formed Unicode/],
    ['orders', sent(1, { metadata: 'x\ud83d' }), /metadata.*not well-formed Unicode/],
    ['orders', sent(1, { type: '$streamDeleted' }), /tombstone the stream instead/],
  ] as const)
    t.regex(String(refusal(two, append(stream, 'any', event))), words);
});

const softDelete: Step = (standing) => decideSoftDeletion(standing, { stream: 'orders', expected: 'any' });
const forgotten = '$$orders@0 $metadata {"$tb":9223372036854775807}';

test('a soft deletion is metadata, which replaces what there was', (t) => {
  t.deepEqual(when(two, softDelete), { adds: [forgotten] });
  t.deepEqual(when([], softDelete), { adds: [forgotten] });
  const described = given(append('$$orders', 'any', sent(9, { type: '$metadata', data: '{"$maxCount":5}' })));
  t.deepEqual(when(described, softDelete), { adds: ['$$orders@1 $metadata {"$tb":9223372036854775807}'] });
});

test('a deletion expects as an append does', (t) => {
  const deletion =
    (expected: ClientExpectation, decide = decideSoftDeletion): Step =>
    (standing) =>
      decide(standing, { stream: 'orders', expected });
  for (const decide of [decideSoftDeletion, decideTombstone]) {
    for (const expected of ['no-stream', 0, 2] as const)
      t.deepEqual(refusal(two, deletion(expected, decide)), conflict(expected, 1));
    t.true('adds' in Object(when(two, deletion(1, decide))));
  }
});

test('a stream that was deleted softly goes on behind its last revision, and what was before stays hidden', (t) => {
  const deleted = given(append('orders', 'any', sent(1), sent(2)), softDelete);
  for (const expected of ['any', 'no-stream', 1] as const)
    t.deepEqual(when(deleted, append('orders', expected, sent(3))), {
      adds: ['orders@2 OrderPlaced {"number":3}', '$$orders@1 $metadata {"$tb":2}'],
    });
  t.is(when(deleted, append('orders', 'stream-exists', sent(3))), 'stream-deleted');
  t.deepEqual(refusal(deleted, append('orders', 0, sent(3))), conflict(0, 1));
  t.deepEqual(
    refusal(deleted, append('orders', 'no-stream', sent(1), sent(3))),
    conflict('no-stream', 1),
    'a part of it stands already',
  );
});

test('a stream that is deleted already may be deleted again by whoever takes it for gone', (t) => {
  const deleted = given(append('orders', 'any', sent(1)), softDelete);
  t.deepEqual(
    when(deleted, (standing) => decideSoftDeletion(standing, { stream: 'orders', expected: 'no-stream' })),
    { adds: ['$$orders@1 $metadata {"$tb":9223372036854775807}'] },
  );
});

test('new metadata brings a deleted stream back, with what was before still hidden', (t) => {
  const deleted = given(append('orders', 'any', sent(1), sent(2)), softDelete);
  const described = append('$$orders', 'any', sent(9, { type: '$metadata', data: '{"$maxCount":5}' }));
  t.deepEqual(when(deleted, described), {
    adds: ['$$orders@1 $metadata {"$maxCount":5}', '$$orders@2 $metadata {"$maxCount":5,"$tb":2}'],
  });
  t.is(
    standingOn(given(append('orders', 'any', sent(1)), softDelete, described)).end('$$orders')?.revision,
    2,
  );
});

const end: Step = (standing) => decideTombstone(standing, { stream: 'orders', expected: 'any' });

test('behind a tombstone nothing is ever written, of the stream or of its metadata', (t) => {
  t.deepEqual(when(two, end), { adds: ['orders@2 $streamDeleted '] });
  const ended = given(append('orders', 'any', sent(1), sent(2)), end);
  for (const expected of ['any', 'no-stream', 'stream-exists', 2, 1] as const) {
    t.is(when(ended, append('orders', expected, sent(3))), 'stream-deleted');
    t.is(when(ended, append('$$orders', expected, sent(3))), 'stream-deleted');
  }
  t.is(when(ended, end), 'stream-deleted');
  t.is(when(ended, softDelete), 'stream-deleted');
});

test('a ledger stream is never deleted or ended, and its metadata hides nothing', (t) => {
  for (const decide of [decideSoftDeletion, decideTombstone])
    for (const stream of ['cluster-edge', '$$cluster-edge', 'evio-log'])
      t.regex(
        String(refusal([], (standing) => decide(standing, { stream, expected: 'any' }))),
        /is a ledger stream: it is kept whole/,
      );
  const describe = (data: string, type = '$metadata'): Step =>
    append('$$cluster-edge', 'any', sent(1, { type, data }));
  for (const key of ['$tb', '$maxCount', '$maxAge']) {
    t.regex(
      String(refusal([], describe(`{"${key}":5}`))),
      new RegExp(`\\${key} would hide events of cluster-edge`),
    );
    t.is(when([], describe(`{"${key}":5}`)), 'ledger-stream-kept');
  }
  t.is(when([], describe('{"$acl":{}}', 'Else')), 'event-refused');
  t.is(when([], describe('[]')), 'event-refused');
  t.deepEqual(when([], describe('{"$acl":{"$r":"$all"}}')), {
    adds: ['$$cluster-edge@0 $metadata {"$acl":{"$r":"$all"}}'],
  });
});

test('metadata streams are not deleted by themselves', (t) => {
  t.regex(
    String(refusal(two, (standing) => decideTombstone(standing, { stream: '$$orders', expected: 'any' }))),
    /goes with the stream that it describes/,
  );
});
