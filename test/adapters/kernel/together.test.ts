import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { together } from '../../../adapters/kernel/together.ts';

test('what is asked while a batch is under way goes together in the next', async (t) => {
  const batches: Array<ReadonlyArray<number>> = [];
  const double = together(async (items: ReadonlyArray<number>) => {
    batches.push(items);
    await sleep(10);
    return items.map((item) => item * 2);
  });
  t.deepEqual(await Promise.all([1, 2, 3].map(double)), [2, 4, 6]);
  t.is(await double(4), 8);
  t.deepEqual(batches, [[1], [2, 3], [4]]);
});

test('a batch that fails rejects its own items and the next goes on', async (t) => {
  const odd = together(async (items: ReadonlyArray<number>) => {
    await sleep(1);
    if (items.includes(1)) throw new Error('one');
    return items;
  });
  const [first, second] = await Promise.allSettled([odd(1), odd(2)]);
  t.is(first?.status, 'rejected');
  t.deepEqual(second, { status: 'fulfilled', value: 2 });
});
