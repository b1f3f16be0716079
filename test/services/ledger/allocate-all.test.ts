import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { allocateAll } from '../../../services/ledger/allocate-all.ts';
import { identifyLog } from '../../../services/ledger/identify-log.ts';
import { openCluster } from '../../../services/ledger/open-cluster.ts';
import { sealEvents } from '../../../services/seal-events.ts';
import { cause, opened, openNode } from '../../support/allocator.ts';
import { configuration, join as joinCommand } from '../../support/cluster.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const typesIn = async (store: EventStore, stream: string) =>
  (await Array.fromAsync(store.readStream(stream))).map(({ type }) => type);

const configure = async (store: EventStore, cluster: string): Promise<void> => {
  const writer = await opened(openCluster({ store, clock, ids, sha256 }, cluster as ClusterName));
  await opened(writer.transact({ type: 'configure', ...configuration }, cause())());
};

/** One event, in whichever stream. */
const write = async (store: EventStore, stream: string, type: string) => {
  const head = { revision: -1, hash: undefined };
  const payload = { type, schema: 1, payload: '{}' };
  const events = sealEvents({ clock, ids, sha256 }, { stream, incarnation: ids.random() }, head, cause(), [
    payload,
  ]);
  must(await store.append({ stream, expectedRevision: 'no-stream', events })());
};

/** Allocates in a folder of its own, until the test ends. */
const allocating = async (t: ExecutionContext, store: EventStore) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-allocate-all-'));
  const stopping = new AbortController();
  const ports = { store, clock, ids, sha256, files, timer, log };
  const running = allocateAll(ports, folder, stopping.signal);
  t.teardown(async () => {
    stopping.abort();
    await running.ended;
    await rm(folder, { recursive: true });
  });
  return { ...running, folder, stopping };
};

test('requests are decided in each cluster that the log has or gets, and in nothing that only looks like one', async (t) => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  await write(store, 'orders', 'ClusterConfigured');
  await configure(store, 'lab');
  const { ended, faults, folder, stopping } = await allocating(t, store);
  const node = await openNode(store, 'node-1');
  await node.join();
  await configure(store, 'evio');
  await eventually(
    'the node is leased a subnet',
    async () => (await typesIn(store, 'cluster-evio')).includes('SubnetLeased') || undefined,
  );
  t.deepEqual(await typesIn(store, 'cluster-lab'), ['ClusterConfigured']);
  t.deepEqual(faults(), []);
  stopping.abort();
  await ended;
  t.true((await readdir(folder)).every((name) => /^allocator-evio-/.test(name)));
});

test('a cluster in which somebody else allocates is said to be left alone, and the others go on', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-allocate-all-'));
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  await configure(store, 'evio');
  const stopping = new AbortController();
  const { ended, faults } = allocateAll(
    { store, clock, ids, sha256, files, timer, log },
    folder,
    stopping.signal,
  );
  t.teardown(async () => {
    stopping.abort();
    await ended;
    await rm(folder, { recursive: true });
  });
  const node = await openNode(store, 'node-1');
  await node.join();
  await eventually(
    'the node is leased a subnet',
    async () => (await typesIn(store, 'cluster-evio')).includes('SubnetLeased') || undefined,
  );
  const other = await opened(openCluster({ store, clock, ids, sha256 }, 'evio' as ClusterName));
  await opened(other.transact(joinCommand('node-9'), cause())());
  await (await openNode(store, 'node-2')).join();
  const said = await eventually('the conflict is said', async () => faults()[0]);
  t.regex(said, /^requests of cluster evio are not decided: /);
});

test('a cluster whose log was restored, and that could not be paused, is not allocated for, and it is said why', async (t) => {
  const made = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  await configure(made, 'evio');
  const store = { ...made, identity: { ...made.identity, epoch: 2 } };
  const survey = () => E.right({ epoch: 2, streams: ['cluster-evio'], end: 0 });
  must(await identifyLog({ store, clock, ids, sha256 }, survey, { epoch: 1, position: 0 }));
  await configure(made, 'new');
  const { faults } = await allocating(t, store);
  await (await openNode(store, 'node-1')).join();
  const said = await eventually('it is said', async () => faults()[0]);
  t.regex(said, /^requests of cluster evio are not decided: .*minReader of cluster evio is below 5/);
  t.regex(said, /--min-reader 5, start the server again, .* evio-ledger resume$/);
  t.is(faults().length, 1, 'what was configured since misses nothing');
  t.deepEqual(await typesIn(store, 'cluster-evio'), ['ClusterConfigured']);
});

test('that clusters can no longer be looked for is said', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-allocate-all-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const revoked = Object.assign(new Error('revoked'), { type: 'denied', reason: 'it was revoked' });
  const store: EventStore = {
    ...openMemoryStore({ clock, newLogId: ids.random, sha256 }),
    subscribe: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(revoked) }) }),
  };
  const stopping = new AbortController();
  const ports = { store, clock, ids, sha256, files, timer, log };
  const { ended, faults } = allocateAll(ports, folder, stopping.signal);
  await ended;
  t.regex(
    faults()[0] ?? '',
    /^clusters that are configured from now on are not allocated for: .*it was revoked/,
  );
});
