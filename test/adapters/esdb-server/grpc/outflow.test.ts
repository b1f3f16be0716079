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

test('what was given before is waited for, in whatever order it leaves, and what is given later is not', async (t) => {
  const { add, drained } = openOutflow(longMs);
  const first = add();
  const second = add();
  const waited = seen(drained());
  const third = add();
  const all = seen(drained());
  second();
  await sleep(0);
  t.false(waited.over);
  first();
  first();
  await sleep(0);
  t.true(waited.over);
  t.false(all.over);
  third();
  await sleep(0);
  t.true(all.over);
});

test('who takes nothing is waited for once, and then no more', async (t) => {
  const { add, drained } = openOutflow(50);
  const stuck = add();
  const began = performance.now();
  await drained();
  t.true(performance.now() - began >= 45);
  const next = add();
  const waited = seen(drained());
  next();
  await sleep(0);
  t.true(waited.over);
  stuck();
  await drained();
});
