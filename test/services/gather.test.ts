import test from 'ava';
import { gather } from '../../services/gather.ts';

const never = new AbortController().signal;

/** Numbers from 0 in pages; each page is given when it is asked for. */
async function* numbers(
  count: number,
  given: number[] = [],
  size = 1,
): AsyncGenerator<ReadonlyArray<number>> {
  for (let first = 0; first < count; first += size) {
    const page = Array.from({ length: Math.min(size, count - first) }, (_, index) => first + index);
    given.push(...page);
    yield page;
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what comes while a batch is worked on is the next one, in order, and no larger than it may be', async (t) => {
  const batches: number[][] = [];
  for await (const batch of gather(() => numbers(10), 4, never)) {
    batches.push([...batch]);
    await settle();
  }
  t.deepEqual(batches.flat(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  t.true(batches.length < 10 && batches.every(({ length }) => length <= 4), JSON.stringify(batches));
});

test('of a page that is larger than a batch may be, what is over comes in the next ones, in order', async (t) => {
  const given: number[] = [];
  const batches = gather(() => numbers(22, given, 11), 4, never);
  t.deepEqual((await batches.next()).value, [0, 1, 2, 3]);
  await settle();
  t.is(given.length, 11, 'no page is asked for while one waits');
  const rest: number[][] = [];
  for await (const batch of batches) rest.push([...batch]);
  t.deepEqual(
    rest.flat(),
    Array.from({ length: 18 }, (_, index) => index + 4),
  );
  t.true(
    rest.every(({ length }) => length <= 4),
    JSON.stringify(rest),
  );
});

test('a page is one batch where it fits, and small ones come together', async (t) => {
  const batches = gather(() => numbers(9, [], 3), 7, never);
  t.deepEqual((await batches.next()).value, [0, 1, 2]);
  await settle();
  t.deepEqual((await batches.next()).value, [3, 4, 5, 6, 7, 8]);
  t.true((await batches.next()).done);
});

test('a consumer that is not busy gets each by itself', async (t) => {
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const source = async function* () {
    await first.promise;
    yield ['a'];
    await second.promise;
    yield ['b'];
  };
  const batches = gather(source, 4, never);
  first.resolve();
  t.deepEqual((await batches.next()).value, ['a']);
  second.resolve();
  t.deepEqual((await batches.next()).value, ['b']);
  t.true((await batches.next()).done);
});

test('no more is read ahead than one batch', async (t) => {
  const given: number[] = [];
  const batches = gather(() => numbers(100, given), 3, never);
  await batches.next();
  await settle();
  t.true(given.length <= 7, `${given.length} were asked for`);
  await batches.return();
});

test('what came before a failure is given before it is thrown', async (t) => {
  const failing = async function* () {
    yield [1];
    yield [2];
    throw new Error('the log is gone');
  };
  const got: number[] = [];
  const consume = async (): Promise<void> => {
    for await (const batch of gather(failing, 10, never)) {
      got.push(...batch);
      await settle();
    }
  };
  await t.throwsAsync(consume, { message: 'the log is gone' });
  t.deepEqual(got, [1, 2]);
});

test('an abort ends it at once, with what was gathered not given; a source that waits is told', async (t) => {
  const stopping = new AbortController();
  let told = false;
  const waiting = async function* (signal: AbortSignal) {
    yield [1];
    yield [2];
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    told = true;
  };
  const got: number[] = [];
  for await (const batch of gather(waiting, 10, stopping.signal)) {
    got.push(...batch);
    await settle();
    stopping.abort();
  }
  t.deepEqual(got, [1]);
  t.true(told);
});

test('breaking off ends a source that waits', async (t) => {
  let ended = false;
  const waiting = async function* (signal: AbortSignal) {
    yield [1];
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    ended = true;
  };
  for await (const _ of gather(waiting, 10, never)) break;
  t.true(ended);
});

test('behind a pause a batch has what came along with its first; one that is full waits for nothing', async (t) => {
  const pauses: Array<() => void> = [];
  let cut = 0;
  const pause = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      pauses.push(resolve);
      signal.addEventListener('abort', () => {
        cut += 1;
        resolve();
      });
    });
  const [more, last] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const source = async function* () {
    yield [1, 2];
    await settle();
    yield* [[3], [4, 5]];
    await more.promise;
    yield [6];
    await settle();
    yield [7];
    await last.promise;
  };
  const batches = gather(source, 5, never, pause);
  t.deepEqual((await batches.next()).value, [1, 2, 3, 4, 5]);
  t.deepEqual([pauses.length, cut], [1, 1]);
  const next = batches.next();
  more.resolve();
  await settle();
  await settle();
  t.is(pauses.length, 2);
  pauses[1]?.();
  t.deepEqual((await next).value, [6, 7]);
  last.resolve();
  t.true((await batches.next()).done);
});

test('an abort ends a pause', async (t) => {
  const stopping = new AbortController();
  const pause = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  const waiting = async function* (signal: AbortSignal) {
    yield [1];
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  const next = gather(waiting, 5, stopping.signal, pause).next();
  await settle();
  stopping.abort();
  t.true((await next).done);
});
