import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../adapters/fs/files.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { decodeEvent, type EventCodecs } from '../../domain/event.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { openMembership } from '../../services/agent/membership.ts';
import { unknownReadiness } from '../../services/agent/readiness.ts';
import { statusOf } from '../../services/agent/status.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { cause, openCluster, opened, openNode } from '../support/allocator.ts';
import { configuration, life, node } from '../support/cluster.ts';
import { nodeName } from '../support/events.ts';
import { addPod, bootId, deletePod } from '../support/host.ts';
import { askHost } from '../support/kept-host.ts';
import { eventually } from '../support/node.ts';

/** The table of a build that knows one event less. */
const without = <Codecs extends EventCodecs>(codecs: Codecs, ...types: ReadonlyArray<string>): Codecs =>
  Object.fromEntries(Object.entries(codecs).filter(([type]) => !types.includes(type))) as Codecs;

const older = without(clusterEvents, 'NodePresented');

/** An agent's membership without switch and kernel, over a log of its own; `knows` are the cluster's events that it reads. */
const begin = async (
  t: ExecutionContext,
  folder: string,
  knows: typeof clusterEvents,
  ledger?: EventStore,
) => {
  const said: string[] = [];
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: (message: string) => said.push(message) };
  const store = openAt(`${folder}/ledger.db`);
  const configured = {
    cluster: 'evio' as ClusterName,
    node: nodeName('node-1'),
    publicKey: 'key',
    allocatorCheckpoint: `${folder}/allocator.position`,
    eraEvents: 0,
  };
  const ports = {
    ownLog: store,
    clusterLog: store,
    ...(ledger && {
      ledger: {
        name: 'ledger:2113',
        markPath: `${folder}/ledger.json`,
        open: async () => E.right({ ...ledger, close: async () => undefined }),
      },
    }),
    clusterEvents: knows,
    files,
    clock,
    timer,
    ids,
    sha256,
    log,
  };
  const membership = await opened(openMembership(ports, configured));
  membership.follow(async () => undefined);
  let ended = false;
  const end = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    await membership.stop();
    await store.close();
  };
  t.teardown(end);
  const status = () =>
    statusOf({
      ...membership,
      ports,
      configuration: { ...configured, bridge: { name: 'evio0', mtu: 1410, datapathType: 'netdev' } } as never,
      readiness: unknownReadiness('no switch'),
      settle: async () => undefined,
    });
  return { ...membership, store, said, status, end };
};

/** As an allocator of today writes it. */
const decideNewer = async (store: ReturnType<typeof openAt>) => {
  const cluster = await openCluster(store);
  await opened(
    cluster.transact({ type: 'record-restore', epoch: 2, backup: { epoch: 1, position: 3 } }, cause())(),
  );
  const presents = { type: 'present', node: node('n9'), incarnation: life(9), publicKey: 'key' } as const;
  const holds = { subnets: ['10.244.9.0/24' as never], hostAddress: '10.10.0.9' as never };
  await opened(
    cluster.transact({ ...presents, ...holds, epoch: 2, asOf: '2026-03-01T08:00:00.000Z' }, cause())(),
  );
};

test('an older agent that meets a newer decision serves its lease, decides nothing, and says what to do; so does its next life', async (t) => {
  const folder = scratchFolder(t);
  const first = await begin(t, folder, older);
  const minReader = 6;
  t.true(
    E.isRight(await first.cluster.transact({ type: 'configure', ...configuration, minReader }, cause())()),
  );
  await askHost(first.host, { type: 'start', bootId });
  await askHost(first.host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  await eventually('the node has its lease', async () => first.host.state().lease);
  t.is((await first.status()).upgrade, undefined);
  await decideNewer(first.store);
  await eventually('it has met it', async () => first.behind());
  await askHost(first.host, addPod('c1'));
  t.regex(
    (await first.status()).upgrade?.msg ?? '',
    /NodePresented version 1, which this program does not know/,
  );
  t.regex((await first.status()).upgrade?.remedy ?? '', /^upgrade evio-agent/);
  t.true(first.said.some((words) => /following the cluster stops: .*NodePresented/.test(words)));
  await first.end();

  const second = await begin(t, folder, older);
  t.like(second.behind(), { type: 'unknown-event', event: 'NodePresented' });
  t.regex((await second.status()).upgrade?.remedy ?? '', /^upgrade evio-agent/);
  t.deepEqual((await second.status()).lease, { subnets: ['10.244.0.0/24'], hostAddress: '10.10.0.1' });
  await askHost(second.host, addPod('c2'));
  await askHost(second.host, deletePod('c1'));
  t.is(second.host.state().attachments.size, 1);
  const before = await second.store.head('cluster-evio')();
  t.like(
    await second.cluster.transact({ type: 'revoke', node: nodeName('node-1'), reason: 'x' }, cause())(),
    {
      left: { type: 'unknown-event' },
    },
  );
  // Nobody's request is decided by who cannot read what was decided.
  await (await openNode(second.store, 'node-2')).join();
  await askHost(second.host, addPod('c3'));
  t.deepEqual(await second.store.head('cluster-evio')(), before);
  await second.end();

  const upgraded = await begin(t, folder, clusterEvents);
  t.is(upgraded.behind(), undefined);
  t.is((await upgraded.status()).upgrade, undefined);
  t.is(upgraded.host.state().attachments.size, 2);
});

test('an older agent behind a ledger says so too, although the newer decision never comes into its log', async (t) => {
  const ledger = openAt(`${scratchFolder(t)}/ledger.db`);
  t.teardown(() => ledger.close());
  const cluster = await openCluster(ledger);
  await opened(cluster.transact({ type: 'configure', ...configuration, minReader: 6 }, cause())());
  const member = await begin(t, scratchFolder(t), older, ledger);
  await eventually('it follows', async () => (member.observed() >= 0 ? true : undefined));
  t.is((await member.status()).upgrade, undefined);
  await decideNewer(ledger);
  await eventually('it has met it', async () => member.behind());
  t.regex((await member.status()).upgrade?.msg ?? '', /NodePresented version 1, which this program does not/);
  t.regex((await member.status()).upgrade?.remedy ?? '', /^upgrade evio-agent/);
});

test('where older programs read along, a newer one writes nothing that they do not know', async (t) => {
  const folder = scratchFolder(t);
  const one = await begin(t, folder, clusterEvents);
  const narrow = { podCidrs: [{ cidr: '10.244.0.0/29' as never, nodeBits: 1 }] };
  const configure = { type: 'configure', ...configuration, ...narrow, minReader: 5 } as const;
  t.true(E.isRight(await one.cluster.transact(configure, cause())()));
  t.like(await one.cluster.transact({ ...configure, maxSubnetsPerNode: 2 }, cause())(), {
    left: { type: 'readers-too-old' },
  });
  await askHost(one.host, { type: 'start', bootId });
  await askHost(one.host, { type: 'request-join', node: nodeName('node-1'), publicKey: 'key' });
  await eventually('the node has its lease', async () => one.host.state().lease);
  await askHost(one.host, addPod('c1'));
  for (const command of [
    { type: 'request-subnets', again: true },
    { type: 'retire-subnets', subnets: ['10.244.0.0/30' as never] },
    { type: 'present-lease', publicKey: 'key', epoch: 2, minReader: 5, clusterRevision: 9 },
  ] as const)
    await one.host.transact(command, {
      actor: 'test',
      commandId: randomUUID(),
      correlationId: randomUUID(),
    })();
  const inCluster = decodeEvent(without(clusterEvents, 'NodePresented'));
  const inHost = decodeEvent(without(hostEvents, 'SubnetRequested', 'SubnetRetired', 'LeasePresented'));
  let read = 0;
  for await (const recorded of one.store.readAll()) {
    const { _tag } = recorded.stream.startsWith('cluster-') ? inCluster(recorded) : inHost(recorded);
    t.is(_tag, 'Right', recorded.type);
    read += 1;
  }
  t.true(read >= 7);
});
