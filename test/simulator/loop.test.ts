import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { makeLoop, type Owner } from '../../simulator/loop.ts';

const owner = (name: string): Owner => ({ alive: true, name });

test('an operation has its effect first and is heard later', async (t) => {
  const loop = makeLoop();
  const happened: string[] = [];
  void loop.change(owner('a'), 'write', () => happened.push('effect')).then(() => happened.push('heard'));
  await turn();
  t.deepEqual(happened, []);
  t.is(loop.release(0), 'write (a)');
  await turn();
  t.deepEqual(happened, ['effect']);
  t.is(loop.release(0), 'write: answered (a)');
  await turn();
  t.deepEqual(happened, ['effect', 'heard']);
  t.true(loop.quiet());
});

test('the pick chooses among what waits', async (t) => {
  const loop = makeLoop();
  const happened: number[] = [];
  for (const n of [0, 1, 2]) loop.soon(owner('a'), String(n), () => happened.push(n));
  t.deepEqual(loop.waiting(), ['0', '1', '2']);
  for (const pick of [4, 1, 0]) loop.release(pick);
  t.deepEqual(happened, [1, 2, 0]);
});

test('who dies hears of nothing, and only what was sent is done', async (t) => {
  const loop = makeLoop();
  const dying = owner('a');
  const happened: string[] = [];
  void loop.change(dying, 'kept to itself', () => happened.push('own'));
  void loop.change(dying, 'sent', () => happened.push('sent'), true).then(() => happened.push('heard'));
  void loop.sleep(dying, 10, 'slept').then(() => happened.push('woke'));
  loop.kill(dying, true);
  while (loop.release(0) !== undefined) await turn();
  t.deepEqual(happened, ['sent']);
  void loop.look(dying, 'asked when dead', () => happened.push('asked'));
  t.true(loop.quiet());
});

test('idle is the time in which nothing waits', (t) => {
  const loop = makeLoop();
  void loop.sleep(owner('a'), 50, 'first');
  void loop.sleep(owner('a'), 80, 'second');
  loop.soon(owner('a'), 'news', () => undefined);
  loop.elapse();
  t.deepEqual([loop.now(), loop.idleMs()], [50, 0]);
  loop.release(0);
  loop.elapse();
  t.deepEqual([loop.now(), loop.idleMs()], [80, 30]);
});

test('time passes when nothing else happens, in the order of the alarms', async (t) => {
  const loop = makeLoop();
  const happened: string[] = [];
  const stop = new AbortController();
  void loop.sleep(owner('a'), 200, 'long').then(() => happened.push(`long at ${loop.now()}`));
  void loop.sleep(owner('a'), 50, 'short').then(() => happened.push(`short at ${loop.now()}`));
  void loop
    .sleep(owner('a'), 100, 'stopped', stop.signal)
    .then(() => happened.push(`stopped at ${loop.now()}`));
  t.is(loop.release(0), 'short (a, 50 ms)');
  await turn();
  stop.abort();
  await turn();
  t.is(loop.elapse(199), undefined);
  t.is(loop.elapse(), 'long (a, 200 ms)');
  await turn();
  t.deepEqual(happened, ['short at 50', 'stopped at 50', 'long at 200']);
});
