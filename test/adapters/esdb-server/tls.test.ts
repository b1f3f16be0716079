import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import test from 'ava';
import { either as E, taskEither as TE } from 'fp-ts';
import type { Access } from '../../../domain/port/access.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { packages, startClient } from './client.ts';
import { startServer } from './server.ts';

const header = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Two users: the reader may do nothing but read `cluster-evio`. */
const makeAccess = () => {
  const revoked = new AbortController();
  const access: Access = {
    authenticate: (authorization) => {
      if (authorization === header('admin', 'secret'))
        return TE.right({
          name: 'admin',
          may: () => TE.right(undefined),
          revoked: new AbortController().signal,
        });
      if (authorization === header('reader', 'open'))
        return TE.right({
          name: 'reader',
          may: (wanted) =>
            wanted.action === 'read' && wanted.stream === 'cluster-evio'
              ? TE.right(undefined)
              : TE.left({ type: 'access-denied', reason: `reader may not ${wanted.action}` }),
          revoked: revoked.signal,
        });
      return TE.left({ type: 'not-authenticated', reason: 'no user of this name has this password' });
    },
  };
  return { access, revoke: () => revoked.abort() };
};

const urlFor = (port: number, user: string, password: string, ca: string): string =>
  `esdb://${user}:${password}@localhost:${port}?tls=true&tlsCAFile=${ca}`;

/** The fingerprint of the certificate that a new connection is shown. */
const shown = async (port: number, ca: string): Promise<string> => {
  const socket: TLSSocket = connect({ port, host: 'localhost', ca, ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
};

for (const name of packages) {
  test.serial(`${name}: a password that cannot be checked now is none that does not hold`, async (t) => {
    const tls = makeCertificate(t);
    const access: Access = { authenticate: () => TE.left({ type: 'unavailable', reason: 'try again' }) };
    const { server } = await startServer(t, { tls, access });
    const { fails } = await startClient(t, name, urlFor(server.port, 'admin', 'secret', tls.caFile));
    const read = await fails(async ({ client }) => {
      for await (const _ of client.readStream('cluster-evio')) return;
    });
    t.is(read.type, 'unavailable');
  });

  test.serial(`${name}: a wrong password is access denied, whatever is called`, async (t) => {
    const tls = makeCertificate(t);
    const { server } = await startServer(t, { tls, access: makeAccess().access });
    const { fails } = await startClient(t, name, urlFor(server.port, 'admin', 'wrong', tls.caFile));
    const read = await fails(async ({ client }) => {
      for await (const _ of client.readStream('cluster-evio')) return;
    });
    t.is(read.type, 'access-denied');
    const append = await fails(async ({ client, library }) =>
      client.appendToStream('x', library.jsonEvent({ type: 'X', data: {} })),
    );
    t.is(append.type, 'access-denied');
  });

  test.serial(`${name}: what is not permitted is access denied, and what is permitted is done`, async (t) => {
    const tls = makeCertificate(t);
    const { server } = await startServer(t, { tls, access: makeAccess().access });
    const { run } = await startClient(t, name, urlFor(server.port, 'reader', 'open', tls.caFile));
    const types = await run(async ({ client, library }) => {
      const outcome = async (body: () => Promise<unknown>) =>
        body().then(
          () => 'done',
          (error) => error.type,
        );
      const drain = async (events: AsyncIterable<unknown>) => {
        for await (const _ of events);
      };
      const event = library.jsonEvent({ type: 'X', data: {} });
      return {
        read: await outcome(() => drain(client.readStream('cluster-evio'))),
        readOther: await outcome(() => drain(client.readStream('host-a'))),
        readAll: await outcome(() => drain(client.readAll())),
        subscribeAll: await outcome(() => drain(client.subscribeToAll())),
        readMetadata: await outcome(() => client.getStreamMetadata('cluster-evio')),
        append: await outcome(() => client.appendToStream('cluster-evio', event)),
        appendByCall: await outcome(() =>
          client.appendToStream('cluster-evio', event, {
            credentials: { username: 'reader', password: 'open' },
          }),
        ),
        writeMetadata: await outcome(() => client.setStreamMetadata('cluster-evio', { maxCount: 1 })),
        delete: await outcome(() => client.deleteStream('cluster-evio')),
        tombstone: await outcome(() => client.tombstoneStream('cluster-evio')),
      };
    });
    t.deepEqual(types, {
      read: 'stream-not-found',
      readOther: 'access-denied',
      readAll: 'access-denied',
      subscribeAll: 'access-denied',
      readMetadata: 'access-denied',
      append: 'access-denied',
      appendByCall: 'access-denied',
      writeMetadata: 'access-denied',
      delete: 'access-denied',
      tombstone: 'access-denied',
    });
  });

  test.serial(`${name}: a subscription ends when its credential is revoked`, async (t) => {
    const tls = makeCertificate(t);
    const { access, revoke } = makeAccess();
    const { server } = await startServer(t, { tls, access });
    const { run } = await startClient(t, name, urlFor(server.port, 'reader', 'open', tls.caFile));
    const ended = await run(
      ({ client, said }) =>
        new Promise((resolve) => {
          const subscription = client.subscribeToStream('cluster-evio');
          subscription.on('data', () => undefined);
          subscription.on('error', (error: { type: string }) => resolve(error.type));
          subscription.on('confirmation', () => said('confirmed'));
        }),
      undefined,
      revoke,
    );
    t.is(ended, 'access-denied');
  });
}

test.serial('a new certificate is shown to new connections, and those that are open stay', async (t) => {
  const [first, second] = [makeCertificate(t), makeCertificate(t)];
  const { server } = await startServer(t, { tls: first, access: makeAccess().access });
  const { run } = await startClient(t, packages[0], urlFor(server.port, 'admin', 'secret', first.caFile));
  const read = () =>
    run(async ({ client }) => {
      let count = 0;
      for await (const _ of client.readAll()) count += 1;
      return count;
    });
  t.is(await read(), 0);
  const before = await shown(server.port, first.ca);
  t.true(E.isRight(server.renewCertificate(second)));
  t.not(await shown(server.port, second.ca), before);
  t.is(await read(), 0);
});

test.serial('what is no certificate is refused, and the one before stays', async (t) => {
  const certificate = makeCertificate(t);
  const { server } = await startServer(t, { tls: certificate });
  const before = await shown(server.port, certificate.ca);
  t.like(server.renewCertificate({ cert: 'x', key: certificate.key }), {
    _tag: 'Left',
    left: { type: 'certificate-refused' },
  });
  t.like(server.renewCertificate({ ...certificate, key: makeCertificate(t).key }), { _tag: 'Left' });
  t.is(await shown(server.port, certificate.ca), before);
});

test.serial('plain text to the TLS port ends that connection alone, and is said at debug', async (t) => {
  const tls = makeCertificate(t);
  const { server, said } = await startServer(t, { tls });
  const plain = connectPlain(server.port, '127.0.0.1');
  plain.on('error', () => undefined);
  plain.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  await once(plain, 'close');
  t.deepEqual(said, ['debug a connection without a TLS handshake was ended']);
  t.truthy(await shown(server.port, tls.ca));
});

test.serial('a TLS connection that does not ask for HTTP/2 is ended', async (t) => {
  const tls = makeCertificate(t);
  const { server, said } = await startServer(t, { tls });
  const socket = connect({ port: server.port, host: 'localhost', ca: tls.ca });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  t.is(said.length, 1);
});

test.serial('closing does not wait for those who never shake hands', async (t) => {
  const { server } = await startServer(t, { tls: makeCertificate(t) });
  const silent = connectPlain(server.port, '127.0.0.1');
  silent.on('error', () => undefined);
  await once(silent, 'connect');
  // Node ends such a connection by itself after ten seconds.
  const late = sleep(7000, 'late', { ref: false });
  t.is(await Promise.race([server.close(50), late]), undefined);
});
