import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { lapseOf } from '../../../services/agent/lapse.ts';
import { openLeaseTerm } from '../../../services/agent/lease-term.ts';
import { renewLease } from '../../../services/agent/renew-lease.ts';
import { ship } from '../../../services/agent/ship.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { openNode } from '../../support/allocator.ts';
import { incarnation, leaseObserved } from '../../support/events.ts';
import { eventually } from '../../support/node.ts';

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A node with a lease of an hour's TTL, and a boot clock that is set by hand, in seconds. */
const begin = async (t: ExecutionContext) => {
  let now = 0;
  const bootClock = { bootId: 'boot', sinceBootMs: () => now * 1000 };
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const node = await openNode(store, 'node-1');
  await node.join();
  const { type: _, ...lease } = { ...leaseObserved, minReader: 7, leaseTtlSeconds: 3600 };
  await node.ask({ type: 'observe-lease', ...lease });
  const mark = { markPath: join(scratchFolder(t), 'ledger.json') };
  const term = await openLeaseTerm({ files, log, bootClock }, mark, incarnation);
  return {
    store,
    node,
    term,
    at: (seconds: number) => {
      now = seconds;
    },
    lapsed: () => lapseOf(node.host, term) !== undefined,
  };
};

test('a word counts from before it was sent, and one that was not taken counts for nothing', async (t) => {
  const { store, node, term, at } = await begin(t);
  const life = `host-evio:node-1:${node.incarnation}`;
  const memory = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  let refused = true;
  const append: EventStore['append'] = (asked) => {
    // It takes its time.
    at(refused ? 50 : 150);
    return refused ? async () => E.left({ type: 'unavailable', reason: 'away' }) : memory.append(asked);
  };
  const heard: number[] = [];
  const sending = () => {
    const sentMs = term.nowMs();
    return () => void heard.push(sentMs);
  };
  const ledger: EventStore = { ...memory, append };
  const pause = async (): Promise<void> => undefined;
  const shipping = { ownLog: store, ledger, life, newestEra: () => 1, shipped: quiet, pause, sending };
  const whole = { era: 1, revision: 0, from: 0 };
  t.like(await ship(shipping, whole, new AbortController().signal), { left: { type: 'unavailable' } });
  t.deepEqual(heard, []);
  refused = false;
  at(100);
  const over = new AbortController();
  const shipped = ship(shipping, whole, over.signal);
  t.is(await eventually('it is heard', async () => heard[0]), 100_000);
  over.abort();
  await shipped;
});

test('what was heard is confirmed when all that the cluster decided by then is known here', async (t) => {
  const { node, term, at, lapsed } = await begin(t);
  t.true(lapsed(), 'nobody has confirmed it yet');
  let observed = 5;
  let asked = 0;
  const head: EventStore['head'] = () => async () => {
    asked += 1;
    return asked === 1
      ? E.left({ type: 'unavailable', reason: 'away' })
      : E.right({ revision: 7, hash: '', position: 40 });
  };
  const over = new AbortController();
  const renewing = { host: node.host, term, ids, timer, log, stream: 'cluster-evio' };
  const ended = renewLease(
    { ...renewing, observed: () => observed, nextLease: async () => undefined },
    { head },
    over.signal,
  );
  term.heard(0);
  at(10);
  await eventually('it asks again', async () => (asked > 1 ? true : undefined));
  await timer.sleep(200);
  t.true(lapsed());
  observed = 7;
  await eventually('it is confirmed', async () => (lapsed() ? undefined : true));
  t.is(term.leftSeconds(3600), 2690);
  over.abort();
  await ended;
  at(2699);
  t.false(lapsed());
  at(2700);
  t.true(lapsed());
});

test('a node that cannot read what was decided goes on saying that it is there, and serves no longer than it may', async (t) => {
  const { store, node, term, at, lapsed } = await begin(t);
  await term.confirm(0);
  const over = new AbortController();
  const head: EventStore['head'] = () => async () => E.right({ revision: 7, hash: '', position: 40 });
  const renewing = { host: node.host, term, ids, timer, log, stream: 'cluster-evio' };
  const ended = renewLease(
    { ...renewing, observed: () => 5, nextLease: async () => undefined },
    { head },
    over.signal,
  );
  const life = `host-evio:node-1:${node.incarnation}`;
  const said = async () =>
    (await Array.fromAsync(store.readStream(life))).filter(({ type }) => type === 'LeaseRenewed').length;
  for (const [times, seconds] of [0, 1300, 2600, 3900, 5200].entries()) {
    at(seconds);
    await eventually('it says so', async () => ((await said()) > times ? true : undefined));
    term.heard(term.nowMs());
  }
  t.true(lapsed());
  over.abort();
  await ended;
});
