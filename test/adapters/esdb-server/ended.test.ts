import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { taskEither as TE } from 'fp-ts';
import type { WireServer } from '../../../adapters/esdb-server/open.ts';
import { rawCall, rawConnection } from './raw-call.ts';
import { appendTo, batch, proposed } from './requests.ts';
import { openAccess, startServer } from './server.ts';

const streams = '/event_store.client.streams.Streams';
const noted = proposed('6f1c8a6e-0000-4000-8000-000000000000', 'x');

/** Anybody may do anything until it is revoked. */
const revocable = () => {
  const revoked = new AbortController();
  const access = {
    authenticate: () =>
      TE.right({ name: 'anybody', may: () => TE.right(undefined), revoked: revoked.signal }),
  };
  return { access, revoke: () => revoked.abort() };
};

const counting = () => {
  const appended: number[] = [];
  return {
    appended,
    observer: {
      called: () => undefined,
      appended: (events: number) => void appended.push(events),
      sent: () => undefined,
    },
  };
};

for (const [what, headers, status] of [
  ['its deadline passes', { 'grpc-timeout': '200m' }, '4'],
  ['its credential is revoked', {}, '16'],
] as const)
  test.serial(`of an append that is refused midway, since ${what}, nothing is written`, async (t) => {
    const { access, revoke } = revocable();
    const { appended, observer } = counting();
    const { server, log } = await startServer(t, { access, observer });
    const half = rawCall(rawConnection(t, server.port), `${streams}/Append`, [appendTo('a'), noted], {
      headers,
      open: true,
    });
    await sleep(100);
    if (status === '16') revoke();
    // It goes on for as long as the client leaves its side open.
    t.is((await half).trailers['grpc-status'], status);
    t.deepEqual(await log.end()(), { _tag: 'Right', right: -1 });
    t.deepEqual(appended, []);
  });

test.serial('a batch that comes behind the revocation of its credential is not appended', async (t) => {
  const { access, revoke } = revocable();
  const { appended, observer } = counting();
  const { server } = await startServer(t, { access, observer });
  const call = rawConnection(t, server.port).request({
    ':method': 'POST',
    ':path': `${streams}/BatchAppend`,
    'content-type': 'application/grpc',
  });
  call.resume();
  call.write(batch('a', 1));
  while (appended.length < 1) await sleep(5);
  revoke();
  await once(call, 'trailers');
  call.write(batch('a', 2));
  await once(call, 'close');
  t.deepEqual(appended, [1]);
});

test.serial('a call that is let in while the server begins to close is told so', async (t) => {
  let server: WireServer | undefined;
  const started = await startServer(t, {
    access: {
      authenticate: (authorization) => async () => {
        void server?.close(5000);
        return openAccess.authenticate(authorization)();
      },
    },
  });
  server = started.server;
  const session = rawConnection(t, server.port);
  const { trailers } = await rawCall(session, `${streams}/BatchAppend`, [batch('a', 1)]);
  t.is(trailers['grpc-status'], '14');
});

test.serial('an append whose call ends while rights are asked for is not made', async (t) => {
  const { appended, observer } = counting();
  let asked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { server } = await startServer(t, {
    observer,
    access: {
      authenticate: () =>
        TE.map((caller: object) => ({
          ...caller,
          name: 'anybody',
          revoked: new AbortController().signal,
          may: () => async () => {
            asked();
            await answered;
            return { _tag: 'Right' as const, right: undefined };
          },
        }))(openAccess.authenticate(undefined)),
    },
  });
  for (const [method, chunks] of [
    ['Append', [appendTo('a'), noted]],
    ['BatchAppend', [batch('a', 1)]],
  ] as const) {
    const call = rawCall(rawConnection(t, server.port), `${streams}/${method}`, chunks, {
      headers: { 'grpc-timeout': '200m' },
    });
    await isAsked;
    t.is((await call).trailers['grpc-status'], '4');
  }
  answer();
  await sleep(50);
  t.deepEqual(appended, []);
});
