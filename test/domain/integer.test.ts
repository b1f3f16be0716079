import test from 'ava';
import { Integer } from '../../domain/integer.ts';

test('an integer is one that its JSON text gives back: minus zero, fractions and what is too large are none', (t) => {
  for (const number of [0, -1, Number.MAX_SAFE_INTEGER]) t.true(Integer.is(number), String(number));
  for (const number of [-0, 0.5, 2 ** 53, Number.NaN]) t.false(Integer.is(number), String(number));
});
