import { randomUUID } from 'node:crypto';
import test from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../adapters/fs/files.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import { encodeMetadata } from '../../domain/envelope.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { observeCluster } from '../../services/agent/observe-cluster.ts';
import { openAggregate } from '../../services/transact.ts';
import { opened, openNode, setUp } from '../support/allocator.ts';
import { incarnation, nodeName } from '../support/events.ts';
import { must } from '../support/must.ts';

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** An event as a program of a later generation would write it. */
const appendNewer = async (store: EventStore, stream: string, type: string) => {
  const id = randomUUID();
  const metadata = encodeMetadata({
    schema: 9,
    time: '2026-03-01T08:00:00.000Z',
    actor: 'agent',
    incarnation,
    $causationId: randomUUID(),
    $correlationId: randomUUID(),
    payloadHash: sha256('{}'),
  });
  const head = must(await store.head(stream)());
  const events = [{ id, type, payload: '{}', metadata, hash: sha256(id) }];
  must(await store.append({ stream, expectedRevision: head?.revision ?? 'no-stream', events })());
  return { _tag: 'Left', left: { type: 'unknown-event', id, event: type, version: 9 } } as const;
};

test('the allocator refuses a newer request and names it: a node must not stop the others', async (t) => {
  const { store, start, warnings, leased } = await setUp(t);
  const { stop } = start();
  const { left: failure } = await appendNewer(store, `host-evio:node-1:${incarnation}`, 'JoinRequested');
  await (await openNode(store, 'node-2')).join();
  await leased('node-2');
  t.deepEqual(warnings, [{ node: 'node-1', request: failure.id, failure }]);
  t.deepEqual(await stop(), E.right(undefined));
});

test('a node stops at a newer decision of the cluster and names it', async (t) => {
  const { store } = await setUp(t);
  const aggregate = { stream: `host-evio:node-1:${incarnation}`, codecs: hostEvents, decider, incarnation };
  const host = await opened(openAggregate({ store, clock, ids, sha256 }, aggregate));
  const stopping = new AbortController();
  t.teardown(() => stopping.abort());
  const observed = observeCluster(
    { ownLog: store, clusterLog: store, files, clock, timer, ids, sha256, log },
    {
      cluster: 'evio' as ClusterName,
      node: nodeName('node-1'),
      publicKey: 'key',
      allocatorCheckpoint: '',
      eraEvents: 0,
    },
    host,
    { onChange: async () => undefined, told: () => undefined },
    stopping.signal,
  );
  const stopped = await appendNewer(store, 'cluster-evio', 'SubnetLeased');
  t.deepEqual(await observed, stopped);
});
