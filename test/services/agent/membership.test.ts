import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import { holdingOf } from '../../../domain/cluster/queries.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import { openMembership } from '../../../services/agent/membership.ts';
import { fileSnapshots } from '../../../services/snapshots.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { cause, opened, openNode } from '../../support/allocator.ts';
import { configuration, hour } from '../../support/cluster.ts';
import { nodeName } from '../../support/events.ts';
import { addPod, bootId, deletePod } from '../../support/host.ts';
import { askHost, countReads } from '../../support/kept-host.ts';
import { eventually } from '../../support/node.ts';

const begin = async (t: ExecutionContext, folder: string) => {
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const logPath = `${folder}/ledger.db`;
  const { counted, store } = countReads(openAt(logPath));
  const snapshots = fileSnapshots({ files, sha256, log }, { logPath, fingerprint: 'code' });
  const membership = await opened(
    openMembership(
      { ownLog: store, clusterLog: store, files, clock, timer, ids, sha256, log, snapshots },
      {
        cluster: 'evio' as ClusterName,
        node: nodeName('node-1'),
        publicKey: 'key',
        allocatorCheckpoint: `${folder}/allocator.position`,
        eraEvents: 0,
      },
    ),
  );
  const end = async (): Promise<void> => {
    await membership.stop();
    await store.close();
  };
  t.teardown(end);
  return { ...membership, read: counted.read, end };
};

test('a member that ends in good order leaves its next life hardly anything to fold', async (t) => {
  const folder = scratchFolder(t);
  const first = await begin(t, folder);
  const { host, cluster } = first;
  first.follow(async () => undefined);
  t.true(E.isRight(await cluster.transact({ type: 'configure', ...configuration }, cause())()));
  await askHost(host, { type: 'start', bootId });
  await askHost(host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  await eventually('the node has its lease', async () => host.state().lease);
  const pods = Array.from({ length: 60 }, (_, n) => `c${n}`);
  await Promise.all(pods.flatMap((pod) => [askHost(host, addPod(pod)), askHost(host, deletePod(pod))]));
  await askHost(host, addPod('last'));
  await first.end();

  const second = await begin(t, folder);
  t.true(host.revision() > 120);
  // One event of each stream, to see that it is the one that the snapshot knows.
  t.is(second.read, 2);
  t.deepEqual(second.host.state(), host.state());
  t.deepEqual(second.cluster.state(), cluster.state());
  t.deepEqual([second.host.revision(), second.cluster.revision()], [host.revision(), cluster.revision()]);
  await second.end();
});

test('without a ledger nobody says that the node is there, and its lease does not expire', async (t) => {
  let now = 0;
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const stamps = { now: () => hour(now), monotonicMs: () => 0 };
  const store = openMemoryStore({ clock: stamps, newLogId: ids.random, sha256 });
  const { host, cluster, follow, stop } = await opened(
    openMembership(
      { ownLog: store, clusterLog: store, files, clock, timer, ids, sha256, log },
      {
        cluster: 'evio' as ClusterName,
        node: nodeName('node-1'),
        publicKey: 'key',
        allocatorCheckpoint: `${scratchFolder(t)}/allocator.position`,
        eraEvents: 0,
      },
    ),
  );
  t.teardown(stop);
  follow(async () => undefined);
  const configure = async (quarantineSeconds: number) =>
    opened(
      cluster.transact(
        { type: 'configure', ...configuration, minReader: 7, leaseTtlSeconds: 14_400, quarantineSeconds },
        cause(),
      )(),
    );
  await configure(60);
  await askHost(host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  await eventually('it has its lease', async () => host.state().lease);
  for (const [at, hours] of [1.5, 3, 4.5, 6, 7].entries()) {
    now = hours;
    await configure(61 + at);
    await timer.sleep(100);
  }
  // What is asked behind them is decided behind them.
  const second = await openNode(store, 'node-2');
  await second.join();
  await eventually('the other one is leased', async () =>
    holdingOf(cluster.state(), nodeName('node-2'))?.subnets.length === 1 ? true : undefined,
  );
  const decided = (await Array.fromAsync(store.readStream('cluster-evio'))).map(({ type }) => type);
  t.deepEqual(
    decided.filter((type) => type !== 'ClusterConfigured'),
    ['NodeJoined', 'SubnetLeased', 'NodeJoined', 'SubnetLeased'],
  );
});
