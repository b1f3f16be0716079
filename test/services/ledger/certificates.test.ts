import { copyFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import test from 'ava';
import { startClient } from '../../adapters/esdb-server/client.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { guarded, official, readOne, readyz } from './guarded-server.ts';

test('a client trusts no other certificate, and none that has expired', async (t) => {
  const { port, adminPassword } = await guarded(t);
  const foreign = makeCertificate(t);
  const url = `esdb://admin:${adminPassword}@localhost:${port}?tls=true&tlsCAFile=${foreign.caFile}`;
  t.is((await (await startClient(t, official, url)).fails(readOne)).type, 'unavailable');
  const old = await guarded(t, -1);
  const late = await startClient(t, official, old.url('admin', old.adminPassword));
  t.is((await late.fails(readOne)).type, 'unavailable');
});

/** The common name of the certificate that a new connection gets. */

const servedName = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(
      { port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] },
      () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      },
    );
    socket.once('error', reject);
  });

test('a renewed certificate is served to new connections, and one that is none is not', async (t) => {
  const { port, http, certificate, server } = await guarded(t);
  t.is(await servedName(port), 'server');
  const renewed = makeCertificate(t, { name: 'renewed' });
  await copyFile(renewed.certFile, certificate.certFile);
  await server.says('the certificate cannot be renewed; the one before is served');
  t.is(await servedName(port), 'server');
  t.is((await readyz(http)).status, 503);
  await copyFile(renewed.keyFile, certificate.keyFile);
  await server.says('serving a new certificate');
  t.is(await servedName(port), 'renewed');
  t.deepEqual(await readyz(http), { status: 200, ready: true, reasons: [] } as never);
});

test('an expired certificate is served, and said in the log and in /readyz until a new one is there', async (t) => {
  const { http, certificate, server } = await guarded(t, -1);
  t.is((await server.says('the certificate has expired; clients refuse it')).level, 'error');
  const { status, reasons } = await readyz(http);
  t.is(status, 503);
  t.regex(reasons.join(), /^the certificate has expired, clients refuse it: \d{4}-\S+Z$/);
  const renewed = makeCertificate(t, { name: 'renewed', days: 30 });
  await copyFile(renewed.keyFile, certificate.keyFile);
  await copyFile(renewed.certFile, certificate.certFile);
  await server.says('serving a new certificate');
  t.is((await readyz(http)).status, 200);
  const short = makeCertificate(t, { name: 'short', days: 13 });
  await copyFile(short.keyFile, certificate.keyFile);
  await copyFile(short.certFile, certificate.certFile);
  t.is((await server.says('the certificate expires soon')).level, 'warn');
  t.is((await readyz(http)).status, 200);
  t.false(JSON.stringify(server.lines).includes('PRIVATE KEY'));
});
