import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { timer } from '../../../adapters/system/timer.ts';
import { clusterEvents } from '../../../domain/cluster/events.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { ledgerMarkText } from '../../../domain/ship/ledger-mark.ts';
import { placeOfReplica, type Replicating, replicate } from '../../../services/agent/replicate.ts';
import { changePages } from '../../../simulator/change-pages.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { sha256 } from '../../contract/event-store/support.ts';
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { configuration, join as joining, lease, life } from '../../support/cluster.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { eventsOf } from '../../support/served-cluster.ts';

const stream = 'cluster-evio';
const memory = () => openMemoryStore({ clock, newLogId: ids.random, sha256 });

/** A ledger in which so many nodes have joined, and a node that has nothing of it. */
const makeBoth = async (t: ExecutionContext, nodes = 3) => {
  const ledger = memory();
  const cluster = await openCluster(ledger);
  await opened(cluster.transact({ type: 'configure', ...configuration }, cause())());
  for (let n = 1; n <= nodes; n += 1)
    for (const command of [joining(`node-${n}`, undefined, life(n)), lease(`node-${n}`, undefined, life(n))])
      await opened(cluster.transact(command, cause())());
  const markPath = join(scratchFolder(t), 'ledger.json');
  const replicating: Replicating = {
    ownLog: memory(),
    ledger,
    stream,
    sha256,
    files,
    markPath,
    codecs: clusterEvents,
    pause: async () => undefined,
  };
  return replicating;
};

const endOf = async (store: EventStore): Promise<number> => must(await store.head(stream)())?.revision ?? -1;

/** Copies until the own log has this revision, or it stops. */
const copyTo = async (replicating: Replicating, revision: number) => {
  const stopping = new AbortController();
  const copying = replicate(replicating, must(await placeOfReplica(replicating)), stopping.signal);
  let over = false;
  void copying.then(() => {
    over = true;
  });
  await eventually('it has copied all, or stopped', async () =>
    over || (await endOf(replicating.ownLog)) >= revision ? true : undefined,
  );
  stopping.abort();
  return copying;
};

test('a replica has every decision as it is in the ledger, and goes on where it ended', async (t) => {
  const replicating = await makeBoth(t);
  const { ledger, ownLog, markPath } = replicating;
  t.deepEqual(await copyTo(replicating, 6), E.right(undefined));
  t.deepEqual(await eventsOf(ownLog, stream), await eventsOf(ledger, stream));
  t.is(readFileSync(markPath, 'utf8'), ledgerMarkText(ledger.identity));
  const cluster = await openCluster(ledger);
  await opened(cluster.transact(joining('late', undefined, life(9)), cause())());
  t.deepEqual(await copyTo(replicating, 7), E.right(undefined));
  t.deepEqual(await eventsOf(ownLog, stream), await eventsOf(ledger, stream));
});

test('what comes behind a decision within a moment is copied with one append, and none of it is flushed by itself', async (t) => {
  const replicating = await makeBoth(t, 40);
  const { ownLog } = replicating;
  const appends: Array<readonly [events: number, durability: string | undefined]> = [];
  const watched: EventStore = {
    ...ownLog,
    append: (append) => {
      appends.push([append.events.length, append.durability]);
      return ownLog.append(append);
    },
  };
  const pause = (until: AbortSignal) => timer.sleep(500, until);
  t.deepEqual(await copyTo({ ...replicating, ownLog: watched, pause }, 80), E.right(undefined));
  t.deepEqual(appends, [[81, 'written']]);
});

test('a disk that takes decisions and then refuses to keep them is told of', async (t) => {
  const replicating = await makeBoth(t);
  const refused = { type: 'unavailable', reason: 'EIO: i/o error, fdatasync' } as const;
  const ownLog: EventStore = { ...replicating.ownLog, flush: () => async () => E.left(refused) };
  const place = must(await placeOfReplica({ ...replicating, ownLog }));
  t.like(await replicate({ ...replicating, ownLog }, place, new AbortController().signal), {
    _tag: 'Left',
    left: { type: 'own-log-failed', reason: refused.reason },
  });
});

test('a decision that does not fit the one before is not copied, nor what comes behind it', async (t) => {
  const replicating = await makeBoth(t);
  const { ledger } = replicating;
  const forged: EventStore = {
    ...ledger,
    subscribe: (subscription) =>
      changePages(ledger.subscribe(subscription), (page) =>
        page.map((event) =>
          event.revision === 4 ? { ...event, payload: event.payload.replace('node-', 'nobody-') } : event,
        ),
      ),
  };
  const stopped = await copyTo({ ...replicating, ledger: forged }, 6);
  t.deepEqual(stopped, E.left({ type: 'replica-diverged', stream, revision: 4 }));
  t.is(await endOf(replicating.ownLog), 3);
});

test('another history at the replica’s end, another epoch and another log are named, and nothing is copied', async (t) => {
  const replicating = await makeBoth(t);
  const { ledger, ownLog } = replicating;
  await copyTo(replicating, 6);
  const { logId } = ledger.identity;
  const restored = { ...ledger, identity: { logId, epoch: 2 } };
  t.deepEqual(
    await placeOfReplica({ ...replicating, ledger: restored }),
    E.left({ type: 'other-epoch', known: { logId, epoch: 1 }, found: { logId, epoch: 2 } }),
  );
  const other = (await makeBoth(t, 5)).ledger;
  t.deepEqual(
    await placeOfReplica({ ...replicating, ledger: other }),
    E.left({ type: 'other-ledger', known: { logId, epoch: 1 }, found: other.identity }),
  );
  t.deepEqual(
    await placeOfReplica({ ...replicating, ledger: { ...other, identity: { logId, epoch: 1 } } }),
    E.left({ type: 'replica-diverged', stream, revision: 6 }),
  );
  t.is(await endOf(ownLog), 6);
});

test('behind a ledger that was restored and has all of the replica it goes on as it is, with the epoch noted; an older epoch is not followed', async (t) => {
  const replicating = await makeBoth(t);
  await copyTo(replicating, 6);
  const { ledger, markPath } = replicating;
  const { logId } = ledger.identity;
  const ownLog = openAt(join(scratchFolder(t), 'ledger.db'));
  t.teardown(ownLog.close);
  const begun: unknown[] = [];
  const restored: Replicating = {
    ...replicating,
    ownLog,
    ledger: { ...ledger, identity: { logId, epoch: 2 } },
    newEpoch: {
      supersede: ownLog.supersede,
      whileUnread: (change) => change(),
      begun: (found, superseded) => begun.push([found.epoch, superseded]),
    },
  };
  const at = (epoch: number) => writeFileSync(markPath, ledgerMarkText({ logId, epoch }));
  at(2);
  t.deepEqual(await copyTo(restored, 4), E.right(undefined));
  t.deepEqual(begun, []);
  at(1);
  const cluster = await openCluster(ledger);
  await opened(cluster.transact(joining('late', undefined, life(9)), cause())());
  t.deepEqual(await copyTo(restored, 7), E.right(undefined));
  t.deepEqual(begun, [[2, 0]]);
  t.is(readFileSync(markPath, 'utf8'), ledgerMarkText({ logId, epoch: 2 }));
  t.deepEqual(await eventsOf(ownLog, stream), await eventsOf(ledger, stream));
  at(3);
  t.like(await placeOfReplica(restored), E.left({ type: 'other-epoch' as const }));
});

test('a mark that says nothing is named, not replaced', async (t) => {
  const replicating = await makeBoth(t);
  const path = replicating.markPath;
  writeFileSync(path, '{}');
  t.deepEqual(await placeOfReplica(replicating), E.left({ type: 'ledger-mark-unreadable', path }));
  t.is(readFileSync(path, 'utf8'), '{}');
});
