import test from 'ava';
import { dice } from '../../../domain/generate/dice.ts';
import { Uuid } from '../../../domain/identity/uuid.ts';

test('the same seed throws the same on every machine', (t) => {
  const { below, around, hex, uuid } = dice(7);
  t.deepEqual(
    [below(1000), below(1000), around(1000), hex(11), uuid()],
    [980, 969, 196, '0f71e7140b6', '8a1fb86b-81f7-47e7-955f-6fa861e9dbbe'],
  );
  t.not(dice(8).hex(64), dice(7).hex(64));
});

test('what it throws is in its range, and spread over it', (t) => {
  const { below, around, chance, hex, uuid } = dice(1);
  const seen = new Set(Array.from({ length: 1000 }, () => below(10)));
  t.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const times = Array.from({ length: 20_000 }, () => around(1000));
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  t.true(mean > 950 && mean < 1050, `mean ${mean}`);
  t.true(Math.max(...times) <= 4000 && Math.min(...times) >= 0);
  const hits = Array.from({ length: 10_000 }, () => chance(0.2)).filter(Boolean).length;
  t.true(hits > 1800 && hits < 2200, `${hits} of 10000`);
  t.regex(hex(17), /^[0-9a-f]{17}$/);
  for (let n = 0; n < 100; n++) t.true(Uuid.is(uuid()));
});
