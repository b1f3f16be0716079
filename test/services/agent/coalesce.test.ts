import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { coalesce } from '../../../services/agent/coalesce.ts';

const counted = () => {
  const seen = { now: 0, most: 0, rounds: 0 };
  const ask = coalesce(async () => {
    seen.now += 1;
    seen.rounds += 1;
    seen.most = Math.max(seen.most, seen.now);
    await sleep(5);
    seen.now -= 1;
  });
  return { seen, ask };
};

test('all who ask during a round share the one behind it', async (t) => {
  const { seen, ask } = counted();
  await Promise.all([ask(), ask(), ask(), ask()]);
  t.is(seen.rounds, 2);
});

test('two rounds never run at once, whenever it is asked', async (t) => {
  const { seen, ask } = counted();
  const asked: Promise<void>[] = [];
  const first = ask();
  asked.push(first, ask());
  asked.push(first.then(() => ask()));
  asked.push(first.then(() => undefined).then(() => ask()));
  for (let n = 0; n < 20; n += 1) {
    await sleep(n % 4);
    asked.push(ask());
  }
  await Promise.all(asked);
  t.is(seen.most, 1);
});

test('a round that fails is the failure of those who asked for it, and the next one runs', async (t) => {
  let rounds = 0;
  const ask = coalesce(async () => {
    rounds += 1;
    if (rounds === 1) throw new Error('first');
  });
  const [first, second] = await Promise.allSettled([ask(), ask()]);
  t.deepEqual([first?.status, second?.status], ['rejected', 'fulfilled']);
});
