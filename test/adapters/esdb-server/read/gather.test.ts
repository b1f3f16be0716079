import test from 'ava';
import { gatherMs, openGathering } from '../../../../adapters/esdb-server/read/gather.ts';

test('few subscribers are told at once, many wait for company, and none for long', (t) => {
  t.deepEqual([1, 9, 10, 50, 100, 1000].map(gatherMs), [0, 0, 1, 5, 10, 10]);
});

test('who begins to wait later goes on at the same moment, and who comes behind it waits for another', async (t) => {
  const gather = openGathering();
  const first = gather(1);
  t.is(gather(1000), first);
  await first;
  const second = gather(1);
  t.not(second, first);
  await second;
});
