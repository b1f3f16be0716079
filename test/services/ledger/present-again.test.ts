import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { files } from '../../../adapters/fs/files.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import { host as decider } from '../../../domain/host/decider.ts';
import { hostEvents } from '../../../domain/host/events.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { Incarnation } from '../../../domain/identity/uuid.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { hostStream } from '../../../domain/stream.ts';
import { observeCluster } from '../../../services/agent/observe-cluster.ts';
import { runAllocator } from '../../../services/ledger/allocate.ts';
import { openCluster } from '../../../services/ledger/open-cluster.ts';
import { openAggregate } from '../../../services/transact.ts';
import { cause, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { leaseObserved, nodeName } from '../../support/events.ts';
import { addPod, bootId, deletePod } from '../../support/host.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { scratch } from './server-process.ts';

const program = new URL('../../../services/ledger/main.ts', import.meta.url).pathname;
const evioctl = new URL('../../../services/evioctl/main.ts', import.meta.url).pathname;
const ledger = (...args: ReadonlyArray<string>) => runToEnd([process.execPath, program, ...args]);

const cluster = 'evio' as ClusterName;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const openAt = (path: string) => must(openSqliteStore({ path, clock, newLogId: ids.random, sha256 }));

/** A node with a log of its own. What is in it comes to the ledger when the test ships it. */
const makeNode = async (folder: string, name: string) => {
  const own = openAt(join(folder, `${name}.db`));
  const incarnation = own.identity.logId as Incarnation;
  const stream = hostStream(cluster, nodeName(name), incarnation);
  const host = await opened(
    openAggregate({ store: own, clock, ids, sha256 }, { stream, codecs: hostEvents, decider, incarnation }),
  );
  return {
    own,
    host,
    ask: (command: Parameters<typeof host.transact>[0]) => opened(host.transact(command, cause())()),
    join: () =>
      opened(host.transact({ type: 'request-join', node: nodeName(name), publicKey: 'key' }, cause())()),
    /** All that the ledger has not. */
    ship: async (to: EventStore): Promise<void> => {
      const shipped = must(await to.head(stream)());
      for await (const { id, type, payload, metadata, hash, revision } of own.readStream(stream)) {
        if (revision <= (shipped?.revision ?? -1)) continue;
        const expectedRevision = revision === 0 ? 'no-stream' : revision - 1;
        must(
          await to.append({ stream, expectedRevision, events: [{ id, type, payload, metadata, hash }] })(),
        );
      }
    },
    follow: (clusterLog: EventStore, signal: AbortSignal) =>
      observeCluster(
        { ownLog: own, clusterLog, files, clock, timer, ids, sha256, log },
        { cluster, node: nodeName(name), publicKey: 'key', allocatorCheckpoint: '', eraEvents: 0 },
        host,
        { onChange: async () => undefined, told: quiet },
        signal,
      ),
  };
};

type Node = Awaited<ReturnType<typeof makeNode>>;

/** The ledger's allocator, and the nodes that can reach it. */
const serve = (t: ExecutionContext, path: string, folder: string, nodes: ReadonlyArray<Node>) => {
  const store = openAt(path);
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = [
    runAllocator({ store, files, timer, log, clock, ids, sha256 }, { cluster, stateDir: folder }, signal),
    ...nodes.map((node) => node.follow(store, signal)),
  ];
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.allSettled(running);
    await store.close();
  };
  t.teardown(async () => {
    if (!signal.aborted) await stop();
  });
  return {
    store,
    stop,
    types: async () => (await Array.fromAsync(store.readStream('cluster-evio'))).map(({ type }) => type),
  };
};

const subnetsOf = ({ host }: Node) => host.state().lease?.subnets ?? [];

const leased = (node: Node) =>
  eventually('a lease is learnt', async () => (subnetsOf(node).length > 0 ? subnetsOf(node) : undefined));

test('nodes present their leases to a log that was restored: they keep them, none is given twice, and a conflict is named', async (t) => {
  const folder = await scratch(t);
  const [path, backup] = [join(folder, 'ledger.db'), join(folder, 'backup.db')];
  const names = ['node-1', 'node-2', 'node-3', 'node-4'];
  const nodes = await Promise.all(names.map((name) => makeNode(folder, name)));
  const [first, second, third, liar] = nodes;
  if (first === undefined || second === undefined || third === undefined || liar === undefined)
    return t.fail();
  t.teardown(() => Promise.all(nodes.map(({ own }) => own.close())));

  const before = serve(t, path, folder, [first, second]);
  const operator = await opened(openCluster({ store: before.store, clock, ids, sha256 }, cluster));
  await opened(operator.transact({ type: 'configure', ...configuration, minReader: 6 }, cause())());
  const comes = async (node: Node, to: EventStore) => {
    await node.ask({ type: 'start', bootId });
    await node.join();
    await node.ship(to);
  };
  await comes(first, before.store);
  t.deepEqual(await leased(first), ['10.244.0.0/24' as never]);
  t.is((await ledger('backup', backup, '--log', path)).code, 0);
  await comes(second, before.store);
  t.deepEqual(await leased(second), ['10.244.1.0/24' as never]);
  await second.ask(addPod('c1'));
  await before.stop();

  // Another one that says it has what the second holds: its disk is a copy, or its log is a lie.
  await liar.ask({ type: 'start', bootId });
  await liar.join();
  const { type: _, ...lease } = leaseObserved;
  const known = { minReader: 6, clusterRevision: 4 };
  await liar.ask({
    type: 'observe-lease',
    ...lease,
    ...known,
    subnets: ['10.244.1.0/24' as never],
    hostAddress: '10.10.0.9' as never,
  });
  await liar.ask(addPod('c2'));

  const restored = await ledger('restore', backup, '--log', path);
  t.is(restored.code, 0, restored.err);
  const after = serve(t, path, folder, nodes);
  const presents = (node: Node) =>
    eventually('it presents its lease', async () => {
      if (node.host.state().epoch !== 2) return undefined;
      await node.ship(after.store);
      return true;
    });
  await presents(second);
  await eventually('the ledger knows it', async () =>
    (await after.types()).includes('NodePresented') ? true : undefined,
  );
  // Nobody is given what looks free.
  await comes(third, after.store);
  await presents(first);
  await presents(liar);
  await eventually('the liar is fenced', async () => liar.host.state().fence);
  t.is(liar.host.state().fence, 'the cluster log was restored (epoch 2): 10.244.1.0/24 is held by node-2');
  t.deepEqual([first, second, third].map(subnetsOf), [['10.244.0.0/24'], ['10.244.1.0/24'], []]);
  t.is(second.host.state().fence, undefined);
  t.false((await after.types()).slice(4).includes('LeasingResumed'));

  const again = await opened(openCluster({ store: after.store, clock, ids, sha256 }, cluster));
  await opened(again.transact({ type: 'resume', reason: 'all are known' }, cause())());
  await third.join();
  await third.ship(after.store);
  t.deepEqual(await leased(third), ['10.244.2.0/24' as never]);
  // With its last pod the liar gives back what it never had, and the holder keeps it.
  await liar.ask(deletePod('c2'));
  await liar.ship(after.store);
  await second.ask(addPod('c3'));
  for (const node of nodes) await node.ship(after.store);
  t.deepEqual(
    [...second.host.state().attachments.values()].map(({ addresses }) => addresses[0]?.address),
    ['10.244.1.2' as never, '10.244.1.3' as never],
  );
  await eventually('it is settled', async () =>
    (await after.types()).filter((type) => type === 'NodePresented').length === 4 ? true : undefined,
  );
  await after.stop();
  const verified = await runToEnd([process.execPath, evioctl, '--log', path, 'verify']);
  t.is(verified.code, 4, verified.out);
  t.regex(verified.err, /law address-once/);
});
