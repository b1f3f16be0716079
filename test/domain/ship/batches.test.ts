import test from 'ava';
import fc from 'fast-check';
import { batchesOf } from '../../../domain/ship/batches.ts';

const event = (size: number, n = 0) => ({
  id: String(n),
  type: 'T',
  payload: '€'.repeat(size),
  metadata: '',
  hash: '',
});

test('whatever the events, they come in order, all of them, in appends of a mebibyte at most unless one alone is larger', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 12 }), (sizes) => {
      const events = sizes.map(event);
      const batches = batchesOf(events);
      t.deepEqual(batches.flat(), events);
      for (const batch of batches) {
        const bytes = batch.reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0);
        t.true(batch.length === 1 || bytes < 2 ** 20);
      }
    }),
    { numRuns: 50 },
  );
});

test('small events travel together', (t) => {
  t.is(batchesOf(Array.from({ length: 200 }, (_, n) => event(800, n))).length, 1);
  t.deepEqual(batchesOf([]), []);
});
