import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../adapters/fs/files.ts';
import { openMemoryStore } from '../../adapters/memory/open.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { timer } from '../../adapters/system/timer.ts';
import type { ClusterConfiguration } from '../../domain/cluster/configuration.ts';
import { cluster as clusterDecider } from '../../domain/cluster/decider.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import type { ClusterFailure } from '../../domain/cluster/failure.ts';
import { holdingOf } from '../../domain/cluster/queries.ts';
import { host as hostDecider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import { Incarnation } from '../../domain/identity/uuid.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import { hostStream } from '../../domain/stream.ts';
import { observeCluster } from '../../services/agent/observe-cluster.ts';
import type { Host } from '../../services/agent/ports.ts';
import { fileCheckpoint } from '../../services/checkpoint.ts';
import { allocate, type Cluster } from '../../services/ledger/allocator.ts';
import { openAggregate } from '../../services/transact.ts';
import { configuration } from './cluster.ts';
import { leaseObserved, nodeName } from './events.ts';
import { eventually } from './node.ts';

const name = 'evio' as ClusterName;

/** What was opened or decided; throws the failure. */
export const opened = async <A>(aggregate: Promise<E.Either<unknown, A>>): Promise<A> => {
  const outcome = await aggregate;
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left));
  return outcome.right;
};

export const openCluster = (store: EventStore): Promise<Cluster> =>
  opened(
    openAggregate(
      { store, clock, ids, sha256 },
      { stream: 'cluster-evio', codecs: clusterEvents, decider: clusterDecider, incarnation: randomUUID() },
    ),
  );

export const cause = () => ({ actor: 'test', commandId: randomUUID(), correlationId: randomUUID() });

/** A node's own side, in a life of its own. */
export const openNode = async (store: EventStore, node: string) => {
  const incarnation = randomUUID();
  if (!Incarnation.is(incarnation)) throw new Error(incarnation);
  const host: Host = await opened(
    openAggregate(
      { store, clock, ids, sha256 },
      {
        stream: hostStream(name, nodeName(node), incarnation),
        codecs: hostEvents,
        decider: hostDecider,
        incarnation,
      },
    ),
  );
  const ask = async (command: Parameters<Host['transact']>[0]) => opened(host.transact(command, cause())());
  /** As its agent follows the cluster, until the test ends. */
  const follow = (t: ExecutionContext, told: (revision: number) => void = () => undefined): void => {
    const stopping = new AbortController();
    const ownLog = { ...store, identity: { ...store.identity, logId: incarnation } };
    const quiet = () => undefined;
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const ended = observeCluster(
      { ownLog, clusterLog: store, files, clock, timer, ids, sha256, log },
      { cluster: name, node: nodeName(node), publicKey: 'key', allocatorCheckpoint: '', eraEvents: 0 },
      host,
      { onChange: async () => undefined, told },
      stopping.signal,
    );
    t.teardown(() => {
      stopping.abort();
      return ended;
    });
  };
  return {
    host,
    incarnation,
    follow,
    ask,
    join: (replace = false) => ask({ type: 'request-join', node: nodeName(node), publicKey: 'key', replace }),
    /** As the agent learns it. */
    learn: (subnet: string) => {
      const { type: _, ...lease } = leaseObserved;
      return ask({ type: 'observe-lease', ...lease, subnets: [subnet as never] });
    },
  };
};

/** A configured cluster with an allocator beside it that is stopped with the test. */
export const setUp = async (
  t: ExecutionContext,
  configured: ClusterConfiguration = configuration,
  stamps: Clock = clock,
) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-allocator-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const store = openMemoryStore({ clock: stamps, newLogId: ids.random, sha256 });
  const cluster = await openCluster(store);
  await opened(cluster.transact({ type: 'configure', ...configured }, cause())());
  const warnings: unknown[] = [];
  const quiet = () => undefined;
  const log = {
    debug: quiet,
    info: quiet,
    error: quiet,
    warn: (_: string, fields: unknown) => warnings.push(fields),
  };
  const refused = new Map<string, ClusterFailure>();
  const start = (own: Cluster = cluster, checkpoint = 'position') => {
    const stopping = new AbortController();
    const ended = allocate(
      { store, ids, log },
      own,
      name,
      fileCheckpoint(files, join(folder, checkpoint)),
      { refused, expires: true },
      stopping.signal,
    );
    const stop = async () => {
      stopping.abort();
      return ended;
    };
    t.teardown(stop);
    return { ended, stop };
  };
  const holding = (node: string) => holdingOf(cluster.state(), nodeName(node));
  const leased = (node: string) =>
    eventually(`${node} is leased a subnet`, async () => {
      const subnets = holding(node)?.subnets ?? [];
      return subnets.length === 0 ? undefined : subnets;
    });
  const types = async () => (await Array.fromAsync(store.readStream('cluster-evio'))).map(({ type }) => type);
  return { store, cluster, refused, warnings, start, holding, leased, types };
};
