import test from 'ava';
import { either as E } from 'fp-ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { linkHash } from '../../../domain/chain.ts';
import { decodeMetadata } from '../../../domain/envelope.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { identifyLog } from '../../../services/ledger/identify-log.ts';
import { openCluster } from '../../../services/ledger/open-cluster.ts';
import { saidIdentity } from '../../../services/ledger/said-identity.ts';
import { isOlder } from '../../../services/ledger/unrecorded-restore.ts';
import { sealEvents } from '../../../services/seal-events.ts';
import { cause, opened } from '../../support/allocator.ts';
import { configuration } from '../../support/cluster.ts';
import { must } from '../../support/must.ts';

const said = async (store: EventStore) =>
  (await Array.fromAsync(store.readStream('evio-log'))).map(({ type, payload }) => [
    type,
    JSON.parse(payload),
  ]);

test('the log says once which it is, and again when a new epoch begins', async (t) => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const identify = (epoch: number) =>
    identifyLog({ store: { ...store, identity: { ...store.identity, epoch } }, clock, ids, sha256 }, () =>
      E.right({ epoch, streams: ['orders', 'cluster-evio', 'evio-log'], end: 41 }),
    );
  const { logId } = store.identity;
  for (const epoch of [1, 1, 2, 2]) must(await identify(epoch));
  t.deepEqual(await said(store), [
    ['LogIdentified', { logId, epoch: 1 }],
    ['LogIdentified', { logId, epoch: 2, backup: { epoch: 1, position: 41 } }],
  ]);
  const [first, second] = await Array.fromAsync(store.readStream('evio-log'));
  if (first === undefined || second === undefined) return t.fail();
  const metadata = must(decodeMetadata(second));
  t.is(linkHash(sha256, { ...second, metadata, previous: first.hash }), second.hash);
});

test('no node can take the ids of what the server will write: they follow from nothing that readers know', async (t) => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const { logId } = store.identity;
  const writer = await opened(openCluster({ store, clock, ids, sha256 }, 'evio' as ClusterName));
  await opened(writer.transact({ type: 'configure', ...configuration, minReader: 5 }, cause())());
  for (const command of ['identify/2', 'restore/2/evio']) {
    const commandId = ids.derive(logId, command);
    const stream = `host-evio:rogue:${ids.random()}`;
    const events = sealEvents(
      { clock, ids, sha256 },
      { stream, incarnation: ids.random() },
      { revision: -1, hash: undefined },
      { actor: 'agent', commandId, correlationId: commandId },
      [{ type: 'LeaveRequested', schema: 1, payload: '{}' }],
    );
    must(await store.append({ stream, expectedRevision: 'no-stream', events })());
  }
  const restored = { ...store, identity: { logId, epoch: 2 } };
  const survey = () => E.right({ epoch: 2, streams: ['cluster-evio'], end: 2 });
  const recorded = await identifyLog({ store: restored, clock, ids, sha256 }, survey, {
    epoch: 1,
    position: 2,
  });
  t.deepEqual(recorded, E.right({ recorded: ['evio' as ClusterName], leftOut: [] }));
});

test('a restore that minReader kept unsaid is said as soon as it may be, in the clusters that it concerns', async (t) => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const configure = async (cluster: string, minReader: number) => {
    const writer = await opened(openCluster({ store, clock, ids, sha256 }, cluster as ClusterName));
    await opened(writer.transact({ type: 'configure', ...configuration, minReader }, cause())());
  };
  const restored = { ...store, identity: { ...store.identity, epoch: 2 } };
  const streams = ['cluster-lab'];
  const identify = async () =>
    must(
      await identifyLog({ store: restored, clock, ids, sha256 }, () =>
        E.right({ epoch: 2, streams, end: 5 }),
      ),
    );
  await configure('lab', 4);
  // A log that never said which it is, and whose restore was interrupted: its epoch tells.
  t.deepEqual((await identify()).leftOut, ['lab' as ClusterName]);
  await configure('new', 5);
  streams.push('cluster-new');
  t.deepEqual(await identify(), { recorded: [], leftOut: ['lab' as ClusterName] });
  await configure('lab', 5);
  for (const _ of [1, 2]) t.deepEqual(await identify(), { recorded: ['lab' as ClusterName], leftOut: [] });
  const payloads = (await Array.fromAsync(store.readStream('cluster-lab'))).map(({ type, payload }) => [
    type,
    payload,
  ]);
  t.deepEqual(payloads.slice(2), [['LogRestored', '{"backup":{"epoch":1,"position":5},"epoch":2}']]);
});

test('a connection that breaks while the log is asked which it is is a failure by name, not a defect', async (t) => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const survey = () => E.right({ epoch: 1, streams: [], end: -1 });
  must(await identifyLog({ store, clock, ids, sha256 }, survey));
  const unavailable = { type: 'unavailable', reason: 'connection reset' } as const;
  const broken: EventStore = {
    ...store,
    readStream: () => {
      throw Object.assign(new Error(unavailable.reason), unavailable);
    },
  };
  t.deepEqual(await saidIdentity({ store: broken }), E.left(unavailable));
  t.deepEqual(await isOlder(broken, 'evio' as ClusterName, { at: 3 }), E.left(unavailable));
});
