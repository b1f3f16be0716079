import test from 'ava';
import { either as E, option as O } from 'fp-ts';
import { type Calling, insist, resuming } from '../../../adapters/esdb/calling.ts';
import type { Connection } from '../../../adapters/esdb/connection.ts';
import { watchSilence } from '../../../adapters/esdb/silence.ts';

/** Lets everything run that waits for nothing but its turn. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Time that stands until it is moved, and a call's silence watched by it for six milliseconds. */
const scene = (tries = 3) => {
  let now = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const clock = { now: () => '', monotonicMs: () => now };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => sleepers.add({ until: now + ms, wake: resolve }));
  const timer = { sleep, every: () => () => undefined };
  const pass = async (ms: number) => {
    for (const end = now + ms; now < end; ) {
      now += 1;
      for (const sleeper of [...sleepers].filter(({ until }) => until <= now)) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await settle();
    }
  };
  const told: string[] = [];
  const over = new AbortController();
  const { heard } = watchSilence({ clock, timer }, 6, over.signal, (words) => told.push(`${now}: ${words}`));
  const calling: Calling = {
    connection: {} as Connection,
    ...{ clock, timer, heard, isOurs: () => true, closing: over.signal },
    patience: (status) => (status.tries < tries ? O.some(10) : O.none),
  };
  return { calling, sleep, pass, told };
};

const failing = (code: number, message: string) =>
  Object.assign(new Error(message), { code, details: message });
const unavailable = failing(14, 'connect ECONNREFUSED');

test('silence is told once, and counts from what was heard last', async (t) => {
  const { calling, pass, told } = scene();
  await pass(5);
  calling.heard();
  await pass(5);
  t.deepEqual(told, []);
  await pass(20);
  t.deepEqual(told, ['11: nothing was heard of it for 0.006 s']);
});

test('an answer to a call, one that refuses it too, ends the silence', async (t) => {
  for (const answer of [async () => 'yes', () => Promise.reject(failing(3, 'no'))]) {
    const { calling, sleep, pass, told } = scene();
    const asked = insist(calling, () => sleep(4).then(answer));
    await pass(8);
    await asked;
    t.deepEqual(told, []);
    await pass(2);
    t.is(told.length, 1);
  }
});

test('whatever comes of a reading ends the silence', async (t) => {
  const { calling, sleep, pass, told } = scene();
  const reading = async () => {
    const given: number[] = [];
    const open = async function* () {
      for (const one of [1, 2, 3]) {
        await sleep(4);
        yield one;
      }
    };
    for await (const one of resuming(calling, calling.patience, new AbortController().signal, open))
      given.push(one);
    return given;
  };
  const read = reading();
  await pass(17);
  t.deepEqual(await read, [1, 2, 3]);
  t.deepEqual(told, []);
  await pass(1);
  t.is(told.length, 1);
});

test('a server that is away is not silent: it is asked again for as long as the patience lasts, and its reason told', async (t) => {
  const asked = scene();
  const answer = insist(asked.calling, () => Promise.reject(unavailable));
  await asked.pass(21);
  t.deepEqual(await answer, E.left({ type: 'unavailable', reason: 'connect ECONNREFUSED' }));
  t.deepEqual(asked.told, []);

  const read = scene();
  const open = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(unavailable) }) });
  const iteration = resuming(read.calling, read.calling.patience, new AbortController().signal, open);
  const next = t.throwsAsync(iteration.next(), { message: 'connect ECONNREFUSED' });
  await read.pass(21);
  await next;
  t.deepEqual(read.told, []);
});

test('that a call was given up here is nothing that was heard', async (t) => {
  const { calling, sleep, pass, told } = scene();
  const overdue = failing(4, 'deadline exceeded');
  void insist(calling, () => sleep(4).then(() => Promise.reject(overdue)));
  await pass(8);
  t.deepEqual(told, ['6: nothing was heard of it for 0.006 s']);
});
