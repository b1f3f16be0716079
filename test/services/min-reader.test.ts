import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { files } from '../../adapters/fs/files.ts';
import { openSqliteStore } from '../../adapters/sqlite/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { openMembership } from '../../services/agent/membership.ts';
import { cause, opened } from '../support/allocator.ts';
import { configuration } from '../support/cluster.ts';
import { nodeName } from '../support/events.ts';
import { addPod } from '../support/host.ts';
import { readLog } from '../support/log-reader.ts';
import { eventually } from '../support/node.ts';

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const versionsOf = async (store: EventStore, stream: string) =>
  (await Array.fromAsync(store.readStream(stream)))
    .filter(({ type }) => type === 'PodAdded')
    .map(({ metadata }) => (JSON.parse(metadata) as { readonly schema: number }).schema);

test('a new version of an event is written once the cluster says that all can read it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-min-reader-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'log.db');
  const store = await opened(Promise.resolve(openSqliteStore({ path, clock, newLogId: ids.random, sha256 })));
  t.teardown(store.close);
  const node = nodeName('node-1');
  const member = await opened(
    openMembership(
      { ownLog: store, clusterLog: store, files, clock, timer, ids, sha256, log },
      {
        cluster: 'evio' as ClusterName,
        node,
        publicKey: 'key',
        allocatorCheckpoint: join(folder, 'position'),
        eraEvents: 0,
      },
    ),
  );
  t.teardown(member.stop);
  member.follow(async () => undefined);
  const { host, cluster } = member;
  const hostStream = member.hostStream();
  const configure = (minReader: number) =>
    opened(cluster.transact({ type: 'configure', ...configuration, minReader }, cause())());
  const minReader = () => host.state().lease?.minReader;

  await configure(1);
  await opened(host.transact({ type: 'request-join', node, publicKey: 'key' }, cause())());
  await eventually('the node has a lease', async () => host.state().lease);
  await opened(host.transact(addPod('c1'), cause())());
  t.is(minReader(), undefined);
  t.deepEqual(await versionsOf(store, hostStream), [1]);

  await configure(2);
  await eventually('the node has learnt of it', async () => minReader());
  await opened(host.transact(addPod('c2'), cause())());
  t.is(minReader(), 2);
  t.deepEqual(await versionsOf(store, hostStream), [1, 2]);

  const inLog = await readLog(store, hostStream, hostEvents, decider, sha256);
  t.deepEqual(inLog.state(), host.state(), 'whatever the version, the log says what was decided');
});
