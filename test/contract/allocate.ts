import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { files } from '../../adapters/fs/files.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { genesis, linkHashOfText } from '../../domain/chain.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { runAllocator } from '../../services/ledger/allocate.ts';
import { openCluster } from '../../services/ledger/open-cluster.ts';
import { cause, opened, openNode } from '../support/allocator.ts';
import { configuration } from '../support/cluster.ts';
import { eventually } from '../support/node.ts';
import { clockOf, upTo } from './event-store/support.ts';

const cluster = 'evio' as ClusterName;
const stream = 'cluster-evio';

const configure = async (store: EventStore): Promise<void> => {
  const writer = await opened(openCluster({ store, clock, ids, sha256 }, cluster));
  await opened(writer.transact({ type: 'configure', ...configuration }, cause())());
};

/** An allocator with a folder of its own, and how often it appended. */
const start = async (t: ExecutionContext, store: EventStore) => {
  const stateDir = await mkdtemp(join(tmpdir(), 'evio-allocate-'));
  const lines: string[] = [];
  const say = (line: string): void => {
    lines.push(line);
  };
  const log = { debug: say, info: say, warn: say, error: say };
  let appends = 0;
  const counting: EventStore = {
    ...store,
    append: (append) => {
      appends += 1;
      return store.append(append);
    },
  };
  const run = () => {
    const stopping = new AbortController();
    const ports = { store: counting, clock, ids, sha256, files, timer, log };
    const ended = runAllocator(ports, { cluster, stateDir }, stopping.signal);
    const stop = () => {
      stopping.abort();
      return ended;
    };
    t.teardown(stop);
    return { ended, stop };
  };
  t.teardown(() => rm(stateDir, { recursive: true, force: true }));
  return { run, lines, appends: () => appends };
};

const clusterStream = (store: EventStore) => Array.fromAsync(store.readStream(stream));

/** The node and subnet of each lease. */
const leases = async (store: EventStore): Promise<ReadonlyArray<readonly [string, string]>> =>
  (await clusterStream(store))
    .filter(({ type }) => type === 'SubnetLeased')
    .map(({ payload }) => JSON.parse(payload))
    .map(({ node, subnet }) => [node, subnet] as const);

const leased = (store: EventStore, count: number) =>
  eventually(`${count} leases`, async () => {
    const found = await leases(store);
    return found.length >= count ? found : undefined;
  });

const chainHolds = async (store: EventStore): Promise<boolean> => {
  let previous = genesis;
  for (const { revision, id, type, metadata, hash } of await clusterStream(store)) {
    const link = { previous, stream, revision, id, type, metadata: JSON.parse(metadata) };
    if (linkHashOfText(sha256, link, metadata) !== hash) return false;
    previous = hash;
  }
  return true;
};

const joinAll = async (store: EventStore, first: number, count: number): Promise<void> => {
  const nodes = await Promise.all(upTo(count).map((index) => openNode(store, `node-${first + index}`)));
  await Promise.all(nodes.map((node) => node.join()));
};

/** What the allocator promises over any event store: registers the tests for the one that `open` opens. */
export const allocateContract = (
  name: string,
  open: (t: ExecutionContext, stamps: Clock) => Promise<EventStore>,
  /** The same store without a memory for ids, where it has one. */
  forgetful: (store: EventStore) => EventStore = (store) => store,
): void => {
  test(`${name}: fifty nodes that ask at once get fifty subnets, in a handful of appends`, async (t) => {
    const store = await open(t, clock);
    await configure(store);
    const allocator = await start(t, store);
    allocator.run();
    await joinAll(store, 0, 50);
    const all = await leased(store, 50);
    t.is(new Set(all.map(([node]) => node)).size, 50);
    t.is(new Set(all.map(([, subnet]) => subnet)).size, 50);
    t.true(allocator.appends() <= 12, `${allocator.appends()} appends`);
    t.true(await chainHolds(store));
  });

  test(`${name}: of two allocators at once one stands down, and no subnet is leased twice`, async (t) => {
    const store = await open(t, clock);
    await configure(store);
    const both = [(await start(t, store)).run(), (await start(t, store)).run()];
    await joinAll(store, 0, 20);
    const down = await Promise.race(both.map(({ ended }) => ended));
    t.like(down, { type: 'conflict', stream });
    await joinAll(store, 20, 10);
    const all = await leased(store, 30);
    t.is(new Set(all.map(([node]) => node)).size, 30);
    t.is(new Set(all.map(([, subnet]) => subnet)).size, 30);
    t.true(await chainHolds(store), 'the one that stood down wrote nothing behind the other');
    t.deepEqual((await Promise.all(both.map(({ stop }) => stop()))).map((failure) => failure?.type).sort(), [
      'conflict',
      undefined,
    ]);
  });

  test(`${name}: an allocator that lost its checkpoint decides nothing twice, though what came of it was undone`, async (t) => {
    const store = await open(t, clockOf('2026-11-21T12:00:00.000Z'));
    await configure(store);
    const first = (await start(t, store)).run();
    const node = await openNode(store, 'node-0');
    await node.join();
    // Asked twice, and decided once: nothing in the cluster's stream says that the second was heard.
    await node.join();
    const [[, subnet] = ['', '']] = await leased(store, 1);
    await node.learn(subnet);
    await node.ask({ type: 'request-leave' });
    const types = async () => (await clusterStream(store)).map(({ type }) => type);
    await eventually('it has left', async () => (await types()).includes('NodeLeft') || undefined);
    await first.stop();
    const before = await types();
    // All is of one stamp, and its state would let the node join again.
    (await start(t, forgetful(store))).run();
    await joinAll(store, 1, 1);
    await eventually('node-1 is leased a subnet', async () =>
      (await leases(store)).some(([one]) => one === 'node-1') ? true : undefined,
    );
    t.deepEqual(await types(), [...before, 'NodeJoined', 'SubnetLeased']);
  });

  test(`${name}: an allocator waits for its cluster, and goes on where it was when it starts again`, async (t) => {
    const store = await open(t, clock);
    const allocator = await start(t, store);
    const first = allocator.run();
    await eventually('it says that it waits', async () =>
      allocator.lines.includes('waiting for the cluster to be configured') ? true : undefined,
    );
    t.is(allocator.appends(), 0);
    await configure(store);
    await joinAll(store, 0, 3);
    await leased(store, 3);
    t.is(await first.stop(), undefined);
    const before = allocator.appends();
    allocator.run();
    await joinAll(store, 3, 1);
    t.is((await leased(store, 4)).length, 4);
    t.is(allocator.appends(), before + 1);
  });
};
