import test from 'ava';
import { chanceOf } from '../../domain/chance.ts';

test('a chance lies from 0 up to 1', (t) => {
  t.is(chanceOf('00000000-0000-4000-8000-000000000000'), 0);
  t.is(chanceOf('80000000-0000-4000-8000-000000000000'), 0.5);
  t.true(chanceOf('ffffffff-ffff-4fff-bfff-ffffffffffff') < 1);
});
