import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { openOutflow } from '../../../../adapters/esdb-server/grpc/outflow.ts';

/** Whether it has resolved by now. */
const seen = (waited: Promise<void>) => {
  const state = { over: false };
  void waited.then(() => {
    state.over = true;
  });
  return state;
};

const longMs = 60_000;

test('where nothing has left nobody waits', async (t) => {
  const waited = seen(openOutflow(longMs).drained());
  await sleep(0);
  t.true(waited.over);
});

test('what was given before is waited for, in whatever order streams send it, and what is given later is not', async (t) => {
  const { stream, drained } = openOutflow(longMs);
  const [first, second] = [stream(), stream()];
  first.add();
  second.add();
  const waited = seen(drained());
  first.add();
  const all = seen(drained());
  second.left();
  await sleep(0);
  t.false(waited.over);
  first.left();
  await sleep(0);
  t.true(waited.over);
  t.false(all.over);
  first.left();
  await sleep(0);
  t.true(all.over);
});

test('who takes nothing is waited for once, and then no more', async (t) => {
  const { stream, drained } = openOutflow(50);
  const [stuck, next] = [stream(), stream()];
  stuck.add();
  const began = performance.now();
  await drained();
  t.true(performance.now() - began >= 45);
  next.add();
  const waited = seen(drained());
  next.left();
  await sleep(0);
  t.true(waited.over);
  stuck.left();
  await drained();
});

test('a reading that is slow delays once, until it has had all; who is beside it is waited for all the while', async (t) => {
  const { stream, drained } = openOutflow(500);
  const [slow, beside] = [stream(), stream()];
  slow.add();
  slow.add();
  const first = drained();
  await sleep(250);
  beside.add();
  const second = seen(drained());
  await first;
  await sleep(0);
  t.false(second.over);
  beside.left();
  await sleep(0);
  t.true(second.over);
  for (let part = 0; part < 5; part += 1) {
    await sleep(40);
    // It takes a part, and the next one is there before it has taken that one too.
    slow.left();
    slow.add();
    beside.add();
    const waited = seen(drained());
    await sleep(0);
    t.false(waited.over);
    beside.left();
    await sleep(0);
    t.true(waited.over);
  }
  slow.left();
  slow.left();
  slow.add();
  const again = seen(drained());
  await sleep(0);
  t.false(again.over);
  slow.left();
  await sleep(0);
  t.true(again.over);
});

/** How often a set is gone through while it acts. */
const lookedThrough = (act: () => void): number => {
  const values = Set.prototype[Symbol.iterator];
  let times = 0;
  Set.prototype[Symbol.iterator] = function <T>(this: Set<T>) {
    times += 1;
    return values.call(this) as SetIterator<T>;
  };
  try {
    act();
  } finally {
    Set.prototype[Symbol.iterator] = values;
  }
  return times;
};

test('however many parts leave, they are not looked through for each, whether somebody waits or not', async (t) => {
  const { stream, drained } = openOutflow(longMs);
  const parts = 64_000;
  const { add, left } = stream();
  for (const waits of [false, true]) {
    for (let part = 0; part < parts; part += 1) add();
    const waited = waits ? seen(drained()) : undefined;
    t.is(
      lookedThrough(() => {
        for (let part = 0; part < parts; part += 1) left();
      }),
      0,
    );
    await sleep(0);
    t.not(waited?.over, false);
  }
});
