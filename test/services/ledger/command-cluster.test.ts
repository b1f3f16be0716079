import test from 'ava';
import { either as E, taskEither as TE } from 'fp-ts';
import { openMemoryStore } from '../../../adapters/memory/open.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import type { ClusterName } from '../../../domain/identity/cluster-name.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { commandCluster } from '../../../services/ledger/command-cluster.ts';
import { cause, openCluster, opened } from '../../support/allocator.ts';
import { configuration, hour, join, life } from '../../support/cluster.ts';
import { nodeName } from '../../support/events.ts';

/** A ledger in which the allocator is quicker with so many of the appends that are meant for it. */
const hurried = async (times: number): Promise<EventStore> => {
  const store = openMemoryStore({ clock, newLogId: ids.random, sha256 });
  const allocator = await openCluster(store);
  await opened(allocator.transact({ type: 'configure', ...configuration }, cause())());
  await opened(allocator.transact(join('node-1'), cause())());
  let left = times;
  return {
    ...store,
    append: (wanted) => async () => {
      if (left > 0 && wanted.stream === 'cluster-evio') {
        left -= 1;
        await opened(allocator.transact(join(`other-${left}`, hour(0), life(left + 2)), cause())());
      }
      return store.append(wanted)();
    },
    // The test reads on behind the command.
    close: async () => undefined,
  };
};

const revoke = (store: EventStore, cluster = 'evio') =>
  commandCluster(
    {
      clock,
      ids,
      sha256,
      openLedger: () => TE.right(store),
      surveyOf: () => () => E.right({ epoch: 1, streams: [], end: -1 }),
    },
    {
      log: '',
      ledger: { store: 'esdb', text: 'esdb://operator:hush@ledger' },
      cluster: cluster as ClusterName,
    },
    { type: 'revoke', node: nodeName('node-1'), reason: 'moved' },
  );

test('an operator’s word that an allocator was quicker than is decided again on what that wrote', async (t) => {
  const store = await hurried(3);
  const decided = await revoke(store);
  t.deepEqual(E.isRight(decided) && decided.right.map(({ type }) => type), ['LeaseRevoked']);
  const types = (await Array.fromAsync(store.readStream('cluster-evio'))).map(({ type }) => type);
  t.is(types.filter((type) => type === 'LeaseRevoked').length, 1);
  t.is(types.at(-1), 'LeaseRevoked');
});

test('where somebody is always quicker it is given up in words', async (t) => {
  const decided = await revoke(await hurried(100));
  t.true(
    E.isLeft(decided) && decided.left.msg.includes('another writer appended to cluster-evio'),
    JSON.stringify(decided),
  );
});

test('an answer that does not come is no word that nothing was changed', async (t) => {
  const store = await hurried(0);
  const deaf: EventStore = {
    ...store,
    append: (wanted) => async () => {
      await store.append(wanted)();
      return E.left({ type: 'unavailable', reason: 'the connection broke' });
    },
  };
  t.deepEqual(
    await revoke(deaf),
    E.left({
      unanswered: true as const,
      msg: 'the ledger esdb://operator:…@ledger did not answer: the connection broke',
      remedy:
        'it may have been decided all the same: see with evioctl leases or log, with --ledger, or ask again when it answers, what stands is not decided twice',
    }),
  );
  t.deepEqual(await revoke(store), E.right([]), 'asked again it is decided once');
});

test('where nothing was appended, or it was refused, a log that goes away has changed nothing', async (t) => {
  const store = await hurried(1);
  let away = false;
  const leaving: EventStore = {
    ...store,
    append: (wanted) => async () => {
      const answer = await store.append(wanted)();
      away = true;
      return answer;
    },
    readStream: (...asked) => {
      if (away) throw Object.assign(new Error('gone'), { type: 'unavailable', reason: 'gone' });
      return store.readStream(...asked);
    },
  };
  const decided = await revoke(leaving);
  if (E.isRight(decided)) return t.fail();
  t.is(decided.left.msg, 'the ledger esdb://operator:…@ledger cannot be reached: gone');
  t.regex(decided.left.remedy, /^nothing was changed; /);
  t.is(decided.left.unanswered, undefined);
});

test('a cluster that the log does not have is named, and no stream of it begins', async (t) => {
  const store = await hurried(0);
  const decided = await revoke(store, 'evoi');
  t.is(E.isLeft(decided) && decided.left.msg, 'the log has no cluster evoi');
  t.deepEqual(await store.head('cluster-evoi')(), E.right(undefined));
});
