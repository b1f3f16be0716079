import test from 'ava';
import {
  decodeStreamMetadata,
  firstVisible,
  isSoftlyDeleted,
  truncatedAt,
} from '../../../domain/esdb/stream-metadata.ts';
import { isTombstoned, streamMetadata } from '../../../domain/esdb/stream-state.ts';
import { append, given, sent, standingOn } from './scene.ts';

const now = '2026-11-21T12:00:10.000Z';

/** Revision 0 was recorded ten seconds ago, each next one a second later. */
const recordedAt = (revision: number): string => `2026-11-21T12:00:0${revision}.000Z`;

const first = (metadata: string, last = 9): number =>
  firstVisible(decodeStreamMetadata(metadata), last, now, recordedAt);

test('a stream without metadata is shown whole', (t) => {
  t.is(first(''), 0);
  t.is(first('{}'), 0);
});

test('$tb, $maxCount and $maxAge hide a stream’s first events, whichever hides most', (t) => {
  t.is(first('{"$tb":4}'), 4);
  t.is(first('{"$maxCount":3}'), 7);
  t.is(first('{"$maxCount":30}'), 0);
  t.is(first('{"$maxAge":5}'), 5);
  t.is(first('{"$maxAge":3600}'), 0);
  t.is(first('{"$maxAge":1}', 8), 9);
  t.is(first('{"$tb":4,"$maxCount":3,"$maxAge":5}'), 7);
  t.is(first('{"$tb":8,"$maxCount":3,"$maxAge":5}'), 8);
  t.is(first('{"$tb":2,"$maxCount":9,"$maxAge":5}'), 5);
});

test('age is found by halving, without looking at every event', (t) => {
  let asked = 0;
  const metadata = decodeStreamMetadata('{"$maxAge":5}');
  const found = firstVisible(metadata, 1_000_000, now, (revision) => {
    asked += 1;
    return revision < 700_000 ? recordedAt(0) : recordedAt(6);
  });
  t.is(found, 700_000);
  t.true(asked <= 21);
});

test('metadata that says nothing readable hides nothing', (t) => {
  for (const metadata of [
    'no JSON',
    '[]',
    '5',
    '{"$tb":"4"}',
    '{"$maxCount":0}',
    '{"$maxAge":-1}',
    '{"$tb":-4}',
  ])
    t.is(first(metadata), 0);
});

test('$tb at the end of all revisions is a soft deletion', (t) => {
  t.true(isSoftlyDeleted(decodeStreamMetadata('{"$tb":9223372036854775807}')));
  t.false(isSoftlyDeleted(decodeStreamMetadata('{"$tb":9007199254740991}')));
});

test('what is cut off is said in the metadata, and all else in it stays', (t) => {
  t.is(truncatedAt('{"$acl":{"$r":"ops"},"$tb":1,"own":[1]}', 7), '{"$acl":{"$r":"ops"},"$tb":7,"own":[1]}');
  t.is(truncatedAt('no JSON', 7), undefined);
});

test('a stream’s metadata is the last event of its metadata stream, and of that one only the last event is shown', (t) => {
  const describe = (data: string) =>
    append('$$orders', 'any', sent(data.length, { type: '$metadata', data }));
  const standing = standingOn(given(describe('{"$maxCount":7}'), describe('{"$tb":12}')));
  t.like(streamMetadata(standing, 'orders'), { truncateBefore: 12, maxCount: Infinity });
  t.like(streamMetadata(standing, '$$orders'), { truncateBefore: 0, maxCount: 1 });
  t.like(streamMetadata(standing, 'bills'), { truncateBefore: 0, maxCount: Infinity });
  t.false(isTombstoned(standing, 'orders'));
});
