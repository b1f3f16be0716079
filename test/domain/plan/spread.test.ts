import test from 'ava';
import fc from 'fast-check';
import { count, type Spread, summary } from '../../../domain/plan/spread.ts';

test('least and median of what was counted', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 30 })), (numbers) => {
      const spread: Spread = new Map();
      for (const number of numbers) count(spread, number);
      const sorted = numbers.toSorted((a, b) => a - b);
      const [min] = sorted;
      t.deepEqual(
        summary(spread),
        min === undefined ? undefined : { min, median: sorted[Math.ceil(sorted.length / 2) - 1] },
      );
    }),
  );
});
