import test from 'ava';
import { recentIds } from '../../../adapters/sqlite/recent-ids.ts';

/** Of many ids some have the digest of another: the answer is a hint. */
const among = (positions: ReadonlyArray<number>, wanted: number): boolean => positions.includes(wanted);

test('the last 65,536 ids are remembered, wherever they come to stand', (t) => {
  const recent = recentIds(() => []);
  for (let position = 0; position < 200_000; position += 1) recent.note(`id-${position}`, position);
  for (let position = 200_000 - 65_536; position < 200_000; position += 1)
    if (!among(recent.positionsOf(`id-${position}`), position)) return t.fail(`id-${position}`);
  t.false(among(recent.positionsOf('id-0'), 0));
  t.pass();
});

test('few hints are wrong', (t) => {
  const recent = recentIds(() => []);
  for (let position = 0; position < 60_000; position += 1) recent.note(`id-${position}`, position);
  let wrong = 0;
  for (let other = 0; other < 60_000; other += 1) wrong += recent.positionsOf(`other-${other}`).length;
  t.true(wrong < 20, `${wrong}`);
});

test('one id may stand in many places', (t) => {
  const recent = recentIds(() => [['a', 3]]);
  recent.note('a', 7);
  recent.note('a', 9);
  t.deepEqual([...recent.positionsOf('a')].sort(), [3, 7, 9]);
});

test('what was there before is read when it is first asked for, and only then', (t) => {
  let reads = 0;
  const recent = recentIds(() => {
    reads += 1;
    return [
      ['a', 3],
      [null, 4],
    ];
  });
  recent.note('b', 5);
  t.is(reads, 0);
  t.deepEqual(recent.positionsOf('a'), [3]);
  t.deepEqual(recent.positionsOf('b'), [5]);
  t.is(reads, 1);
});
