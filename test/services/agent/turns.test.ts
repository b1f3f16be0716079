import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { makeTurns } from '../../../services/agent/turns.ts';

test('whoever has all turns waits for those who have one, and lets nobody in', async (t) => {
  const turns = makeTurns();
  const told: string[] = [];
  let endFirst = (): void => undefined;
  const first = turns.take('a', () => new Promise<void>((resolve) => (endFirst = resolve)));
  let endAll = (): void => undefined;
  const all = turns.takeAll(['a', 'b'], () => {
    told.push('all');
    return new Promise<void>((resolve) => (endAll = resolve));
  });
  const behind = turns.takeOver('b', async () => told.push('behind'));
  const apart = turns.take('c', async () => told.push('apart'));
  await apart;
  t.deepEqual(told, ['apart']);
  endFirst();
  await first;
  await turn();
  t.deepEqual(told, ['apart', 'all']);
  endAll();
  await Promise.all([all, behind]);
  t.deepEqual(told, ['apart', 'all', 'behind']);
  t.deepEqual(turns.busy(), []);
});

test('what fails with all turns lets go of them', async (t) => {
  const turns = makeTurns();
  await t.throwsAsync(
    turns.takeAll(['a', 'b'], async () => {
      throw new Error('no');
    }),
  );
  t.is(await turns.take('a', async () => 1), 1);
  await turns.idle();
});

test('nobody’s turns are had at once', async (t) => {
  t.is(await makeTurns().takeAll([], async () => 1), 1);
});

test('what a task holds on to keeps its turn behind its outcome', async (t) => {
  const turns = makeTurns();
  const told: string[] = [];
  let letGo = (): void => undefined;
  const outcome = await turns.take('a', async (_giveUp, hold) => {
    hold(new Promise<void>((resolve) => (letGo = resolve)));
    hold(Promise.reject(new Error('nobody waits for this')));
    return 1;
  });
  t.is(outcome, 1);
  const behind = turns.take('a', async () => told.push('behind'));
  await turn();
  t.deepEqual(told, []);
  t.deepEqual(turns.busy(), ['a']);
  letGo();
  await behind;
  await turns.idle();
  t.deepEqual(turns.busy(), []);
});

test('who only looks waits for his turn and is waited for, and nobody is busy for it', async (t) => {
  const turns = makeTurns();
  const told: string[] = [];
  const [changed, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const change = turns.take('a', () => changed.promise);
  const look = turns.look('a', async () => {
    told.push('look');
    await looked.promise;
  });
  await turn();
  t.deepEqual(told, []);
  t.deepEqual(turns.busy(), ['a']);
  changed.resolve();
  await change;
  await turn();
  t.deepEqual(told, ['look']);
  t.deepEqual(turns.busy(), []);
  const behind = turns.takeOver('a', async () => told.push('behind'));
  t.deepEqual(turns.busy(), ['a'], 'it waits for its turn');
  await turn();
  t.deepEqual(told, ['look']);
  looked.resolve();
  await Promise.all([look, behind]);
  t.deepEqual(told, ['look', 'behind']);
  await turns.idle();
  t.deepEqual(turns.busy(), []);
});
