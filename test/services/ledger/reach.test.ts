import test from 'ava';
import { either as E } from 'fp-ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { Timer } from '../../../domain/port/timer.ts';
import { type OpenLedger, reachLedger } from '../../../services/ledger/reach.ts';
import { listeningLog } from '../../support/member.ts';

const address = { store: 'esdb', text: 'esdb://ledger' } as const;
const refused = E.left({ type: 'unavailable', reason: 'ECONNREFUSED' } as const);

/** Time that goes by when all wait for it, from sleep to sleep. */
const skipping = () => {
  let now = 0;
  const sleeping: Array<{ readonly at: number; readonly wake: () => void }> = [];
  const turn = (): void => {
    const next = sleeping.sort((one, other) => one.at - other.at).shift();
    if (next === undefined) return;
    now = Math.max(now, next.at);
    next.wake();
  };
  const sleep: Timer['sleep'] = (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      signal?.addEventListener('abort', () => resolve());
      sleeping.push({ at: now + ms, wake: resolve });
      setImmediate(turn);
    });
  return { now: () => now, sleep };
};

/** What is said, and in which second. */
const reaching = async (
  open: (sleep: Timer['sleep'], tries: number) => ReturnType<ReturnType<OpenLedger>>,
  stopping = new AbortController(),
) => {
  const time = skipping();
  const { log } = listeningLog();
  const said: string[] = [];
  const timer = { sleep: time.sleep, every: () => () => undefined };
  let tries = 0;
  const reached = await reachLedger(
    {
      openLedger: () => () => {
        tries += 1;
        return open(time.sleep, tries);
      },
      timer,
      log: { ...log, warn: (message) => void said.push(`${time.now() / 1000} s: ${message}`) },
    },
    address,
    stopping.signal,
  );
  return { reached, said };
};

const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });

test('a ledger that does not answer is named within five seconds, why when it is known, and not twice in each try', async (t) => {
  const { reached, said } = await reaching(async (sleep, tries) => {
    if (tries === 3) return E.right(store);
    await sleep(15_000);
    return refused;
  });
  t.true(E.isRight(reached));
  t.deepEqual(said, [
    '4 s: the ledger cannot be reached: no answer for 4 s',
    '15 s: the ledger cannot be reached: ECONNREFUSED',
    '35 s: the ledger cannot be reached: ECONNREFUSED',
  ]);
});

test('of one that takes the connection and is silent it is said again and again', async (t) => {
  const { said } = await reaching(async (sleep) => {
    await sleep(60_000);
    return E.right(store);
  });
  t.deepEqual(said, [
    '4 s: the ledger cannot be reached: no answer for 4 s',
    '24 s: the ledger cannot be reached: no answer for 24 s',
    '44 s: the ledger cannot be reached: no answer for 44 s',
  ]);
});

test('one that answers at once is not said to be away', async (t) => {
  t.deepEqual((await reaching(async () => E.right(store))).said, []);
});

test('one that never answers keeps nobody from ending who is asked to', async (t) => {
  const stopping = new AbortController();
  const { reached, said } = await reaching(() => {
    setImmediate(() => stopping.abort());
    return new Promise(() => undefined);
  }, stopping);
  t.like(reached, { left: { type: 'unavailable' } });
  t.true(said.length <= 1);
});
