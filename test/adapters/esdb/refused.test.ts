import { join } from 'node:path';
import test from 'ava';
import { either as E, taskEither as TE } from 'fp-ts';
import { openEsdbStore } from '../../../adapters/esdb/open.ts';
import { defaultLimits } from '../../../adapters/esdb-server/limits.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { timer } from '../../../adapters/system/timer.ts';
import { parseConnectionString } from '../../../domain/connection-string.ts';
import type { Access } from '../../../domain/port/access.ts';
import { collect, events, oneByOne, realClock, sha256 } from '../../contract/event-store/support.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { must } from '../../support/must.ts';
import { plainAddress, serveLog } from '../../support/wire.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';
import { ledgerEvents, never, scene, stream } from './scene.ts';

test('the same ids with other hashes are of another writer: a conflict, and nothing is written', async (t) => {
  const { log, open } = await scene(t);
  const [one, other] = [await open(), await open()];
  const made = ledgerEvents(stream, undefined, 2);
  const again = ledgerEvents(stream, undefined, 2).map((event, index) => ({
    ...event,
    id: made[index]?.id ?? '',
  }));
  t.true(E.isRight(await one.append({ stream, expectedRevision: 'no-stream', events: made })()));
  const answer = await other.append({ stream, expectedRevision: 'no-stream', events: again })();
  t.deepEqual(answer, E.left({ type: 'conflict', stream, expected: 'no-stream', actual: 1 }));
  // A stream that is no ledger's is taken by its ids alone, as an EventStoreDB takes all.
  const free = { stream: 'free', expectedRevision: 'no-stream' } as const;
  t.true(E.isRight(await one.append({ ...free, events: made })()));
  t.deepEqual(
    await other.append({ ...free, events: again })(),
    E.left({ type: 'conflict', ...{ stream: 'free', expected: 'no-stream', actual: 1 } }),
  );
  t.is((await collect(log.readStream(stream))).length, 2);
});

test('what does not continue the chain is rejected in words', async (t) => {
  const { open } = await scene(t);
  const store = await open();
  const odd = ledgerEvents('cluster-other', undefined, 1);
  const answer = await store.append({ stream, expectedRevision: 'no-stream', events: odd })();
  t.like(answer, { _tag: 'Left', left: { type: 'rejected', stream } });
});

test('an append over the limit of the server is too large, by name', async (t) => {
  const { open } = await scene(t, { limits: { ...defaultLimits, appendBytes: 50_000 } });
  const store = await open();
  const answer = await store.append({ stream: 'a', expectedRevision: 'no-stream', events: events(1000) })();
  t.like(answer, { _tag: 'Left', left: { type: 'too-large', stream: 'a' } });
  t.true(E.isRight(await store.append({ stream: 'a', expectedRevision: 'no-stream', events: events(10) })()));
});

test('whom the server does not know is denied at once, with words of its own', async (t) => {
  const access: Access = {
    authenticate: () => TE.left({ type: 'not-authenticated', reason: 'no such user, or another password' }),
  };
  const { proxy } = await scene(t, { access });
  const opened = await openEsdbStore({
    text: plainAddress(proxy.port),
    clock: realClock,
    timer,
    ids,
    sha256,
  });
  t.like(opened, { _tag: 'Left', left: { type: 'denied', credential: 'refused' } });
  t.true(E.isLeft(opened) && JSON.stringify(opened.left).includes('no such user'));
});

test('who may not do it is denied: appends, heads, readings and subscriptions', async (t) => {
  const denied = TE.left({ type: 'access-denied', reason: 'somebody may not touch secret-plans' } as const);
  const access: Access = {
    authenticate: () =>
      TE.right({
        name: 'somebody',
        may: (wanted) =>
          'stream' in wanted && wanted.stream === 'secret-plans' ? denied : TE.right(undefined),
        revoked: never(),
      }),
  };
  const { open } = await scene(t, { access });
  const store = await open();
  const secret = 'secret-plans';
  const appended = await store.append({ stream: secret, expectedRevision: 'no-stream', events: events(1) })();
  t.like(appended, { _tag: 'Left', left: { type: 'denied' } });
  const head = await store.head(secret)();
  t.true(E.isLeft(head) && head.left.type === 'denied' && head.left.credential === undefined);
  for (const read of [
    () => collect(store.readStream(secret)),
    () => collect(oneByOne(store.subscribe({ stream: secret, from: 0, signal: never() }))),
  ])
    t.like(await t.throwsAsync(read), { type: 'denied' } as never);
});

test('with TLS a password is sent, several hosts are asked for their leader, and a wrong one is told', async (t) => {
  const certificate = makeCertificate(t);
  const access: Access = {
    authenticate: (authorization) =>
      authorization === `Basic ${Buffer.from('node-1:a:b').toString('base64')}`
        ? TE.right({ name: 'node-1', may: () => TE.right(undefined), revoked: never() })
        : TE.left({ type: 'not-authenticated', reason: 'no such user, or another password' }),
  };
  const log = openAt(join(scratchFolder(t), 'ledger.db'));
  const server = await serveLog(log.clients, realClock, { access, tls: certificate });
  t.teardown(async () => {
    await server.close(100);
    await log.close();
  });
  const { port } = server;
  // Nobody is at the first one.
  const hosts = `localhost:1,localhost:${port}`;
  const openAs = (credentials: string, at: string, options = `tlsCAFile=${certificate.caFile}`) => {
    const address = must(parseConnectionString(`esdb://${credentials}@${at}?${options}`, 'ledger'));
    if (address.store !== 'esdb') throw new Error(address.store);
    return openEsdbStore({ text: address.text, clock: realClock, timer, ids, sha256 });
  };
  for (const at of [`localhost:${port}`, hosts]) {
    const store = must(await openAs('node-1:a%3Ab', at));
    t.true(E.isRight(await store.head('a')()), at);
    await store.close();
  }
  t.like(await openAs('node-1:wrong', `localhost:${port}`), { _tag: 'Left', left: { type: 'denied' } });
  t.like(await openAs('node-1:a%3Ab', `localhost:${port}`, 'tlsCAFile=/nowhere.pem'), {
    _tag: 'Left',
    left: {
      type: 'unavailable',
      reason: 'tlsCAFile /nowhere.pem cannot be read: Failed to load certificate file. File was not found.',
    },
  });
});
