import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openEsdbStore } from '../../../adapters/esdb/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { openCluster } from '../../../services/ledger/open-cluster.ts';
import { cause, opened, openNode } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { freePort, insecurely, insecureUrl, scratch, spawnLedger } from './server-process.ts';

const program = new URL('../../../services/ledger/main.ts', import.meta.url).pathname;

/** A server that decides nothing by itself unless it is told to, and a store over its wire. */
const served = async (t: ExecutionContext, ...flags: ReadonlyArray<string>) => {
  const [folder, port] = [await scratch(t), await freePort()];
  const server = spawnLedger(t, ...insecurely(folder, port), ...flags);
  await server.says('serving');
  const url = insecureUrl(port);
  const store = must(await openEsdbStore({ text: url, clock, timer, ids, sha256 }));
  t.teardown(store.close);
  return { folder, url, store, server };
};

const leasesANode = async (t: ExecutionContext, store: EventStore): Promise<void> => {
  const writer = await opened(openCluster({ store, clock, ids, sha256 }, 'evio' as ClusterName));
  await opened(writer.transact({ type: 'configure', ...configuration }, cause())());
  await (await openNode(store, 'node-1')).join();
  const typesOf = async () =>
    (await Array.fromAsync(store.readStream('cluster-evio'))).map(({ type }) => type);
  await eventually(
    'the node is leased a subnet',
    async () => (await typesOf()).includes('SubnetLeased') || undefined,
  );
  t.deepEqual(await typesOf(), ['ClusterConfigured', 'NodeJoined', 'SubnetLeased']);
};

test('serve decides the requests that nodes send over the wire', async (t) => {
  const { store } = await served(t);
  await leasesANode(t, store);
});

test('allocate decides them beside an event store of another process, and ends with 0 when it is asked to', async (t) => {
  const { folder, url, store } = await served(t, '--allocate', 'off');
  const allocator = spawnLedger(t, 'allocate', '--ledger', url, '--state-dir', join(folder, 'allocator'));
  t.like(await allocator.says('allocating'), { cluster: 'evio', logId: store.identity.logId });
  await leasesANode(t, store);
  t.is(await allocator.end(), 0);
});

test('without a ledger, or one that is none, it says what to give', async (t) => {
  for (const [flags, exit, words] of [
    [[], 1, /no ledger is named/],
    [['--ledger', 'memory:'], 2, /names a log that ends with its process/],
  ] as const) {
    const { code, err } = await runToEnd([process.execPath, program, 'allocate', ...flags]);
    t.is(code, exit);
    t.regex(err, words);
  }
});
