import test from 'ava';
import { either as E, taskEither as TE } from 'fp-ts';
import { byteBudget } from '../../../../adapters/esdb-server/grpc/byte-budget.ts';
import type { Call } from '../../../../adapters/esdb-server/grpc/call.ts';
import { messagePrefix } from '../../../../adapters/esdb-server/grpc/deframe.ts';
import { slots } from '../../../../adapters/esdb-server/grpc/slots.ts';
import type { Appending } from '../../../../adapters/esdb-server/methods/appending.ts';
import { batchAppend } from '../../../../adapters/esdb-server/methods/batch-append.ts';
import { clock } from '../../../../adapters/system/clock.ts';
import { batch } from '../requests.ts';

/** The method, and what happens in its calls. */
const opened = (append: Appending['log']['append']) => {
  const happened: string[] = [];
  const appending: Appending = {
    log: {
      append: (wanted) => () => {
        happened.push(`append to ${wanted.stream}`);
        return append(wanted)();
      },
    },
    most: { bytes: 1000, events: 10 },
    appended: () => undefined,
  };
  let calls = 0;
  const run = batchAppend(appending, clock, () => {
    calls += 1;
    const mine = calls;
    return { came: () => happened.push(`${mine} came`), done: () => happened.push(`${mine} done`) };
  });
  /** Runs it for a call that brings these messages. */
  const call = (messages: ReadonlyArray<Buffer>) => {
    const signal = new AbortController().signal;
    return run({
      caller: { name: 'anybody', revoked: signal, may: () => TE.right(undefined) },
      authority: '',
      messages: (async function* () {
        for (const message of messages) yield message.subarray(messagePrefix);
      })(),
      uploads: byteBudget(1 << 20),
      pages: { readings: slots(1), subscriptions: slots(1), singles: slots(1) },
      send: async () => {
        happened.push('answered');
        return true;
      },
      room: async () => true,
      drained: async () => undefined,
      over: signal,
      closing: signal,
      end: () => undefined,
    } satisfies Call);
  };
  return { happened, call };
};

const play = async (
  append: Appending['log']['append'],
  messages: ReadonlyArray<Buffer>,
): Promise<ReadonlyArray<string>> => {
  const { happened, call } = opened(append);
  await call(messages);
  return happened;
};

const written = TE.right({ revision: 0, position: 0 });

test('a client is looked out for from when its append came until it is answered', async (t) => {
  t.deepEqual(await play(() => written, [batch('a', 1)]), ['1 came', 'append to a', 'answered', '1 done']);
});

test('one that is refused is over as well', async (t) => {
  const refused = TE.left({ type: 'stream-deleted', stream: 'a' } as const);
  t.deepEqual(await play(() => refused, [batch('a', 1)]), ['1 came', 'append to a', 'answered', '1 done']);
});

test('each call is a client of its own', async (t) => {
  const { happened, call } = opened(() => written);
  await call([batch('a', 1)]);
  await call([batch('b', 1)]);
  const told = happened.filter((one) => /came|done/.test(one));
  t.deepEqual(told, ['1 came', '1 done', '2 came', '2 done']);
});

test('what is not whole is no append yet', async (t) => {
  t.deepEqual(await play(() => written, [batch('a', 1, { final: false })]), []);
});

test('appends that are under way together are told so', async (t) => {
  const first = Promise.withResolvers<void>();
  const happened = await play(
    ({ stream }) =>
      async () => {
        if (stream === 'a') await first.promise;
        else first.resolve();
        return E.right({ revision: 0, position: 0 });
      },
    [batch('a', 1), batch('b', 1)],
  );
  t.deepEqual(happened.slice(0, 4), ['1 came', 'append to a', '1 came', 'append to b']);
  t.is(happened.filter((one) => one === '1 done').length, 2);
});
