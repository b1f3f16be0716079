import test from 'ava';
import { patienceMs } from '../../../services/agent/ledger-patience.ts';

test('who is not reached is asked ever less often, and every five seconds at last', (t) => {
  const waits = (tries: number) => patienceMs({ type: 'unavailable' }, tries, 0.999);
  t.true(waits(1) <= 10);
  t.true(waits(5) > 100 && waits(5) <= 160);
  t.true(waits(100) > 4_900 && waits(100) <= 5_000);
});

test('nodes that are turned away at the same moment do not come back at the same moment', (t) => {
  for (const type of ['unavailable', 'denied'] as const) {
    const waits = [0, 0.25, 0.5, 0.75].map((chance) => patienceMs({ type }, 50, chance));
    t.is(new Set(waits).size, 4, `${type}: ${waits}`);
  }
});

test('who waits for a credential does not knock every few seconds, from the first refusal on', (t) => {
  for (const tries of [1, 2, 50])
    for (const chance of [0, 0.5, 0.999]) {
      const wait = patienceMs({ type: 'denied' }, tries, chance);
      t.true(wait >= 10_000 && wait <= 20_000, `${wait}`);
    }
});
