import test from 'ava';
import { gatherMs } from '../../../../adapters/esdb-server/read/gather.ts';

test('few subscribers are told at once, many wait for company, and none for long', (t) => {
  t.deepEqual([1, 4, 5, 25, 50, 1000].map(gatherMs), [0, 0, 1, 5, 10, 10]);
});
