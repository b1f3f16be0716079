import test from 'ava';
import { taskEither as TE } from 'fp-ts';
import { rawCall, rawConnection } from './raw-call.ts';
import { appendTo, batch, proposed } from './requests.ts';
import { openAccess, startServer } from './server.ts';

const streams = '/event_store.client.streams.Streams';
const id = '6f1c8a6e-0000-4000-8000-000000000000';
const long = 'x'.repeat(1025);

/** Lets anybody in, and to nothing. */
const closedAccess = {
  authenticate: () =>
    TE.map((caller: object) => ({
      ...caller,
      name: 'anybody',
      revoked: new AbortController().signal,
      may: () => TE.left({ type: 'access-denied' as const, reason: 'not you' }),
    }))(openAccess.authenticate(undefined)),
};

for (const [what, chunks, words] of [
  ['type', [appendTo('a'), proposed(id, '', long)], /the type.* has more than 1024 bytes/],
  ['stream', [appendTo(long), proposed(id, '')], /the name of the stream has 1025 bytes/],
] as const)
  test(`a ${what} whose name is too long is refused in words that are short`, async (t) => {
    const { server, log } = await startServer(t);
    const { trailers } = await rawCall(rawConnection(t, server.port), `${streams}/Append`, chunks);
    t.is(trailers['grpc-status'], '3');
    t.regex(decodeURIComponent(String(trailers['grpc-message'])), words);
    t.true(String(trailers['grpc-message']).length < 500);
    t.deepEqual(await log.end()(), { _tag: 'Right', right: -1 });
  });

test('an append of more events than are taken is refused', async (t) => {
  const { server, log } = await startServer(t, { limits: { appendEvents: 2 } });
  const event = proposed(id, '');
  const chunks = [appendTo('a'), event, event, event];
  const { trailers } = await rawCall(rawConnection(t, server.port), `${streams}/Append`, chunks);
  t.is(trailers['grpc-status'], '3');
  t.regex(String(trailers['grpc-message']), /more than 2 events: make it of several/);
  t.deepEqual(await log.end()(), { _tag: 'Right', right: -1 });
});

test('who may not append is told so before the append is whole', async (t) => {
  const { server } = await startServer(t, { access: closedAccess });
  const session = rawConnection(t, server.port);
  const { trailers } = await rawCall(session, `${streams}/Append`, [appendTo('a')], { open: true });
  t.is(trailers['grpc-status'], '7');
});

test('of batches that are not allowed nothing is kept until they are whole', async (t) => {
  const { server } = await startServer(t, { access: closedAccess, limits: { uploadBytes: 400_000 } });
  const chunks = Array.from({ length: 20 }, () => batch('a', 1, { final: false, data: 'x'.repeat(100_000) }));
  const { trailers } = await rawCall(rawConnection(t, server.port), `${streams}/BatchAppend`, chunks);
  t.is(trailers['grpc-status'], '0');
});

test('what a connection holds of appends that are not whole is bounded, and free again when their call ends', async (t) => {
  const { server, log } = await startServer(t, { limits: { uploadBytes: 1_000_000 } });
  const session = rawConnection(t, server.port);
  const chunk = (final: boolean) => batch('a', 1, { final, data: 'x'.repeat(200_000) });
  const never = Array.from({ length: 5 }, () => chunk(false));
  for (const open of [true, false]) {
    const { trailers } = await rawCall(session, `${streams}/BatchAppend`, never, { open });
    t.is(trailers['grpc-status'], '8');
    t.regex(String(trailers['grpc-message']), /under way on this connection have too many bytes/);
  }
  // Those that are whole wait for one another.
  const whole = Array.from({ length: 50 }, () => chunk(true));
  const { trailers } = await rawCall(session, `${streams}/BatchAppend`, whole);
  t.is(trailers['grpc-status'], '0');
  t.deepEqual(await log.end()(), { _tag: 'Right', right: 49 });
});

test('an append, and a message, that is not whole counts of what its connection may hold', async (t) => {
  const { server } = await startServer(t, { limits: { uploadBytes: 1_000_000 } });
  const event = proposed(id, 'x'.repeat(400_000));
  for (const chunks of [
    [appendTo('a'), event, event, event],
    [appendTo('a'), proposed(id, 'x'.repeat(400_000)), Buffer.from([0, 0, 16, 0, 0]), Buffer.alloc(900_000)],
  ]) {
    const session = rawConnection(t, server.port);
    const { trailers } = await rawCall(session, `${streams}/Append`, chunks, { open: true });
    t.is(trailers['grpc-status'], '8');
  }
});
