import test from 'ava';
import { option as O } from 'fp-ts';
import { jittered, retryFor } from '../../domain/retry-policy.ts';

/** The delays of somebody who is refused at once every time. */
const delays = (limitMs: number): ReadonlyArray<number> => {
  const policy = retryFor(limitMs);
  const all: number[] = [];
  let elapsedMs = 0;
  for (let tries = 1; ; tries += 1) {
    const delay = policy({ tries, elapsedMs });
    if (O.isNone(delay)) return all;
    all.push(delay.value);
    elapsedMs += delay.value;
  }
};

test('the first retries are quick, then four a second', (t) => {
  t.deepEqual(delays(15_000).slice(0, 8), [10, 20, 40, 80, 160, 250, 250, 250]);
});

test('waiting ends before the limit, and not long before', (t) => {
  for (const limitMs of [1_000, 15_000]) {
    const waited = delays(limitMs).reduce((sum, delay) => sum + delay, 0);
    t.true(waited <= limitMs);
    t.true(waited > limitMs - 250);
  }
});

test('time that the tries themselves took counts', (t) => {
  t.deepEqual(retryFor(1_000)({ tries: 1, elapsedMs: 995 }), O.none);
  t.deepEqual(retryFor(1_000)({ tries: 1, elapsedMs: 990 }), O.some(10));
});

test('a policy without a limit never gives up, and asks no more often than it says', (t) => {
  const policy = retryFor(Number.POSITIVE_INFINITY, 5_000);
  t.deepEqual(policy({ tries: 9, elapsedMs: 60_000 }), O.some(2_560));
  t.deepEqual(policy({ tries: 2_000, elapsedMs: 1e12 }), O.some(5_000));
});

test('with a chance nobody waits longer than the policy has it, nor less than half as long', (t) => {
  const policy = retryFor(Number.POSITIVE_INFINITY, 5000);
  const waits = (chance: number, tries: number) => jittered(policy, chance)({ tries, elapsedMs: 0 });
  t.deepEqual(waits(0, 1), O.some(5));
  t.deepEqual(waits(0.5, 3), O.some(30));
  t.deepEqual(waits(0, 50), O.some(2500));
  t.deepEqual(jittered(retryFor(0), 0.5)({ tries: 1, elapsedMs: 0 }), O.none);
});
