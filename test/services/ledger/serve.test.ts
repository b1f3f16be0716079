import { once } from 'node:events';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { startClient } from '../../adapters/esdb-server/client.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { freePort } from '../../support/free-port.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { guarded, official, readOne, readyz } from './guarded-server.ts';
import { insecurely, insecureUrl, scratch, spawnLedger } from './server-process.ts';

const program = new URL('../../../services/ledger/main.ts', import.meta.url).pathname;

test('the first start makes a credential for an operator, tells where, and serves TLS; SIGTERM ends it with 0', async (t) => {
  const { folder, server, url, adminPassword } = await guarded(t);
  t.is((await stat(join(folder, 'admin.password'))).mode & 0o777, 0o600);
  t.is((await stat(join(folder, 'credentials.json'))).mode & 0o777, 0o600);
  t.like(await server.says('made the first credential'), {
    user: 'admin',
    passwordFile: join(folder, 'admin.password'),
  });
  t.false(JSON.stringify(server.lines).includes(adminPassword));
  const { run, fails } = await startClient(t, official, url('admin', adminPassword));
  const log = await run(async ({ client, library }) => {
    await client.appendToStream('orders', library.jsonEvent({ type: 'Placed', data: { n: 1 } }));
    const found = [];
    for await (const { event } of client.readAll())
      found.push([event.streamId, event.type, event.data.epoch]);
    return found;
  });
  t.deepEqual(log, [
    ['evio-log', 'LogIdentified', 1],
    ['orders', 'Placed', undefined],
  ]);
  const refused = await fails(async ({ client }) => client.deleteStream('evio-log'));
  t.is(refused.type, 'access-denied', refused.message);
  t.is(await server.end(), 0);
  await server.says('stopped');
});

for (const [what, flag, words] of [
  ['its address', '--listen', /cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/],
  [
    'the address of metrics and probes',
    '--http-listen',
    /cannot serve metrics and probes on 127\.0\.0\.1:\d+: .*EADDRINUSE/,
  ],
] as const)
  test(`where ${what} is taken nothing is made, and what to do is said`, async (t) => {
    const folder = await scratch(t);
    const taken = createServer().listen(0, '127.0.0.1');
    t.teardown(() => taken.close());
    await once(taken, 'listening');
    const { certFile, keyFile } = makeCertificate(t, { name: 'server', days: 2 });
    const { code, err } = await runToEnd([
      process.execPath,
      program,
      'serve',
      ...['--log', join(folder, 'made/ledger.db'), '--tls-cert', certFile, '--tls-key', keyFile],
      ...(flag === '--listen' ? [] : ['--listen', `127.0.0.1:${await freePort()}`]),
      ...[flag, `127.0.0.1:${(taken.address() as AddressInfo).port}`],
    ]);
    t.is(code, 1);
    t.regex(err, words);
    t.regex(err, new RegExp(`name an address that is free and of this machine with ${flag}`));
    t.deepEqual(await readdir(folder), []);
  });

test('damaged credentials leave those read before in force, and /readyz says so', async (t) => {
  const { folder, http, url, adminPassword, server } = await guarded(t);
  const path = join(folder, 'credentials.json');
  const good = await readFile(path, 'utf8');
  await writeFile(path, '{');
  await server.says('the credentials cannot be read; those read before count');
  const { status, reasons } = await readyz(http);
  t.is(status, 503);
  t.deepEqual(reasons, ['the credentials cannot be read, those read before count: it is not JSON']);
  const { run } = await startClient(t, official, url('admin', adminPassword));
  t.is(await run(readOne), 'read');
  await writeFile(path, good);
  await server.says('the credentials can be read again');
  t.is((await readyz(http)).status, 200);
});

test('/metrics counts appends, events and readers', async (t) => {
  const [folder, port, http] = [await scratch(t), await freePort(), await freePort()];
  const server = spawnLedger(t, ...insecurely(folder, port), '--http-listen', `127.0.0.1:${http}`);
  await server.says('serving');
  const { run } = await startClient(t, official, insecureUrl(port));
  await run(async ({ client, library }) => {
    const events = [1, 2, 3].map((n) => library.jsonEvent({ type: 'Placed', data: { n } }));
    await client.appendToStream('orders', events, { expectedRevision: library.NO_STREAM });
    await client
      .appendToStream('orders', library.jsonEvent({ type: 'Late', data: {} }), {
        expectedRevision: library.NO_STREAM,
      })
      .catch(() => undefined);
    const subscription = client.subscribeToAll();
    await new Promise((resolve) => subscription.once('data', resolve));
  });
  const text = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
  for (const line of [
    'evio_ledger_appends_total{outcome="ok"} 1',
    'evio_ledger_appends_total{outcome="conflict"} 1',
    'evio_ledger_appended_events_total 3',
    'evio_ledger_log_position 3',
    'evio_ledger_readers{kind="subscription"} 1',
    'evio_ledger_subscription_lag_events 0',
    'evio_ledger_connections 1',
    'evio_ledger_ready 1',
  ])
    t.true(text.includes(`${line}\n`), `${line}\n${text}`);
});

test('what cannot be served is refused at the start, with what to do', async (t) => {
  const folder = await scratch(t);
  const log = ['--log', join(folder, 'state', 'ledger.db')];
  const tls = makeCertificate(t);
  await writeFile(join(folder, 'garbage.key'), 'garbage');
  const refusals: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
    [[], /there is no certificate to serve with/],
    [
      ['--tls-cert', join(folder, 'none.pem'), '--tls-key', join(folder, 'none.key')],
      /--tls-cert \S+none.pem: it is not there/,
    ],
    [
      ['--tls-cert', tls.keyFile, '--tls-key', tls.certFile],
      /--tls-cert \S+key.pem: it is no PEM certificate, but a private key: are the two files swapped\?/,
    ],
    [
      ['--tls-cert', tls.certFile, '--tls-key', join(folder, 'garbage.key')],
      /--tls-key \S+garbage.key: it is no PEM key without a passphrase \(/,
    ],
    [
      ['--tls-cert', tls.certFile, '--tls-key', makeCertificate(t).keyFile],
      /--tls-key \S+key.pem: it is the key of another certificate/,
    ],
    [['--tls-cert', tls.certFile, '--tls-key', folder], /--tls-key \S+: illegal operation on a directory/],
    [['--insecure', '--listen', '192.0.2.1:2113'], /would let whoever reaches 192.0.2.1:2113 do everything/],
    [['--insecure', '--listen', '2113'], /HOST:PORT, such as 127.0.0.1:2113/],
    [['--insecure', 'anywhere', '--listen', '192.0.2.1:2113'], /cannot listen on 192.0.2.1:2113/],
  ];
  for (const [flags, words] of refusals) {
    const { code, err } = await runToEnd([process.execPath, program, 'serve', ...log, ...flags]);
    t.is(code, flags.includes('2113') ? 2 : 1, err);
    t.regex(err, words);
    // The last one alone is seen when the log is open.
    if (!flags.includes('anywhere')) t.deepEqual(await readdir(folder), ['garbage.key']);
  }
});

test('options come from flag, environment and file, and --print-config says from where', async (t) => {
  const folder = await scratch(t);
  const config = join(folder, 'ledger.json');
  await writeFile(
    config,
    JSON.stringify({ maxConnections: 7, httpListen: '127.0.0.1:9437', insecure: 'loopback' }),
  );
  const env = { PATH: process.env['PATH'], EVIO_LEDGER_ALLOCATE: 'off', EVIO_LEDGER_CONFIG: config };
  const { code, out } = await runToEnd(
    [process.execPath, program, 'serve', '--log', '/tmp/x.db', '--print-config'],
    { env },
  );
  t.is(code, 0);
  t.regex(out, /^log +"\/tmp\/x.db" +flag --log$/m);
  t.regex(out, /^allocate +"off" +environment EVIO_LEDGER_ALLOCATE$/m);
  t.regex(out, new RegExp(`^maxConnections +7 +file ${config}$`, 'm'));
  await writeFile(config, '{"maxConnection": 7}');
  const wrong = await runToEnd([process.execPath, program, 'serve', '--print-config'], { env });
  t.is(wrong.code, 2);
  t.regex(wrong.err, /"maxConnection" \(7\) is no option: did you mean "maxConnections"\?/);
  await rm(config);
});
