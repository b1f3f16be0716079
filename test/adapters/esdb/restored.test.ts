import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { taskEither as TE } from 'fp-ts';
import type { WireServerOptions } from '../../../adapters/esdb-server/open.ts';
import { backUpSqliteLog } from '../../../adapters/sqlite/back-up.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { restoreSqliteBackup } from '../../../adapters/sqlite/restore-backup.ts';
import { ids } from '../../../adapters/system/ids.ts';
import type { EventStore } from '../../../domain/port/event-store.ts';
import { identifyLog } from '../../../services/ledger/identify-log.ts';
import { surveyOf } from '../../../services/ledger/survey.ts';
import { append, collect, events, oneByOne, realClock, sha256 } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { eventually } from '../../support/node.ts';
import { openOverWire, serveLog } from '../../support/wire.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';
import { never } from './scene.ts';

/** A served log of ten events with a backup of its first four, and a store over its wire. */
const followed = async (t: ExecutionContext) => {
  const path = join(scratchFolder(t), 'ledger.db');
  const identified = async () => {
    const log = openAt(path);
    must(await identifyLog({ store: log, clock: realClock, ids, sha256 }, surveyOf(openSqliteReader)(path)));
    return log;
  };
  let log = await identified();
  await append(log, { stream: 'a', expectedRevision: 'no-stream', events: events(3) });
  must(await backUpSqliteLog(path, `${path}.bak`)());
  await append(log, { stream: 'a', expectedRevision: 2, events: events(6) });
  let server = await serveLog(log.clients, realClock);
  const { port } = server;
  const store = await openOverWire(t, port);
  const stop = async () => {
    await server.close(0);
    await log.close();
  };
  t.teardown(stop);
  return {
    store,
    /** Puts the backup in the log's place and serves it, with so many events behind it. */
    restore: async (more: number, options: Partial<WireServerOptions> = {}) => {
      await stop();
      must(await restoreSqliteBackup(realClock)(`${path}.bak`, path)());
      log = await identified();
      if (more > 0) await append(log, { stream: 'a', expectedRevision: 2, events: events(more) });
      server = await serveLog(log.clients, realClock, { ...options, port });
    },
  };
};

const newEpoch = { type: 'restored', reason: 'it was restored: epoch 2 has begun' } as never;

const followers: ReadonlyArray<readonly [string, { readonly stream?: string; readonly types?: string[] }]> = [
  ['all', {}],
  ['some types', { types: ['PodAdded'] }],
  ['a stream', { stream: 'a' }],
];

for (const more of [0, 20])
  for (const [name, wanted] of followers)
    test(`whoever follows ${name} of a log is told of a new epoch with ${more} more events, and given none`, async (t) => {
      const { store, restore } = await followed(t);
      const seen: number[] = [];
      const following = (async () => {
        for await (const { position } of oneByOne(store.subscribe({ ...wanted, from: 0, signal: never() })))
          seen.push(position);
      })();
      await eventually('it has caught up', async () => (seen.at(-1) === 9 ? true : undefined));
      const before = [...seen];
      await restore(more);
      t.like(await t.throwsAsync(following), newEpoch);
      t.deepEqual(seen, before);
    });

const readings: ReadonlyArray<readonly [string, (store: EventStore) => Promise<unknown>]> = [
  ['a new subscription', (store) => collect(oneByOne(store.subscribe({ from: 5, signal: never() })))],
  [
    'a subscription behind its end',
    (store) => collect(oneByOne(store.subscribe({ from: 500, signal: never() }))),
  ],
  ['a reading of all', (store) => collect(store.readAll(5))],
  ['a reading behind its end', (store) => collect(store.readAll(500))],
  ['a reading of a stream', (store) => collect(store.readStream('a'))],
  ['a reading behind the end of a stream', (store) => collect(store.readStream('a', 500))],
];

for (const [name, read] of readings)
  test(`a store that was opened before a restoration is told at ${name}`, async (t) => {
    const { store, restore } = await followed(t);
    await restore(20);
    t.like(await t.throwsAsync(read(store)), newEpoch);
  });

test('whoever may not ask any more which log answers follows no further', async (t) => {
  const { store, restore } = await followed(t);
  const denied = TE.left({ type: 'access-denied', reason: 'nobody may read evio-log' } as const);
  const user = {
    name: 'somebody',
    may: (wanted: object) =>
      'stream' in wanted && wanted.stream === 'evio-log' ? denied : TE.right(undefined),
    revoked: never(),
  };
  const following = collect(oneByOne(store.subscribe({ stream: 'a', from: 0, signal: never() })));
  await restore(20, { access: { authenticate: () => TE.right(user) } });
  t.like(await t.throwsAsync(following), { type: 'denied' } as never);
});
