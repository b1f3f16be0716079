import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { passwords } from '../../../adapters/system/passwords.ts';
import { runToEnd } from '../../support/run-to-end.ts';

const script = resolve(import.meta.dirname, '../../../services/evioctl/main.ts');

const opened = async (t: ExecutionContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-test-credential-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'credentials.json');
  const credential = (...args: ReadonlyArray<string>) =>
    runToEnd([process.execPath, script, 'credential', ...args, '--credentials', path]);
  return { folder, path, credential };
};

test.serial('a credential is issued, listed and revoked', async (t) => {
  const { path, credential } = await opened(t);
  const node = ['--role', 'node', '--node', 'node-1', '--cluster', 'evio'];
  const issued = await credential(
    'issue',
    'n1',
    ...node,
    '--address',
    'ledger:2113',
    '--tls-ca-file',
    '/etc/evio/my ca.pem',
    '--json',
  );
  t.is(issued.code, 0, issued.err);
  const { password, connection, ...said } = JSON.parse(issued.out);
  t.like(said, { name: 'n1', role: 'node', node: 'node-1', cluster: 'evio' });
  t.is(connection, `esdb://n1:${password}@ledger:2113?tls=true&tlsCAFile=/etc/evio/my%20ca.pem`);
  t.is(Buffer.from(password, 'base64url').length, 32);
  const [kept] = JSON.parse(await readFile(path, 'utf8')).credentials;
  t.true(await passwords.matches(password, kept.secret));

  const again = await credential('issue', 'n1', '--role', 'auditor');
  t.deepEqual(
    [again.code, again.err],
    [1, 'error: n1 has a credential\n       evioctl credential revoke n1, or issue it under another name\n'],
  );

  t.is((await credential('revoke', 'n1')).out, 'n1 is revoked\n');
  const listed = JSON.parse((await credential('list', '--json')).out);
  t.like(listed.credentials[0], { name: 'n1', role: 'node', issuedAt: said.issuedAt });
  t.true(listed.credentials[0].revokedAt >= said.issuedAt);
  t.is((await credential('issue', 'n1', '--role', 'auditor')).code, 0);
  const words = (await credential('list')).out.split('\n');
  t.regex(words[1] ?? '', /^n1 +node +node-1 in evio +\S+Z +\S+Z$/);
  t.regex(words[2] ?? '', /^n1 +auditor +\S+Z$/);
});

test.serial('a password may be brought; a short one is refused', async (t) => {
  const { folder, path, credential } = await opened(t);
  const file = join(folder, 'password');
  await writeFile(file, 'correct horse: battery\n');
  const issued = await credential('issue', 'ops', '--role', 'operator', '--password-file', file);
  t.true(issued.out.includes('esdb://ops:correct%20horse%3A%20battery@localhost:2113?tls=true'), issued.out);
  const [kept] = JSON.parse(await readFile(path, 'utf8')).credentials;
  t.true(await passwords.matches('correct horse: battery', kept.secret));
  await writeFile(file, 'short\n');
  const refused = await credential('issue', 'ops2', '--role', 'operator', '--password-file', file);
  t.is(refused.code, 1);
  t.regex(refused.err, /holds no password of one line and at least 12 characters/);
});

test.serial('what is wrong is named, and changes nothing', async (t) => {
  const { path, credential } = await opened(t);
  for (const [args, words] of [
    [['issue', 'n1', '--role', 'node'], /--role node needs --node NAME and --cluster NAME/],
    [['issue', 'n1', '--role', 'auditor', '--node', 'x'], /--node and --cluster belong to --role node/],
    [
      ['issue', 'n1', '--role', 'king'],
      /'king' is invalid\. Allowed choices are operator, allocator, auditor, node/,
    ],
    [['issue', 'n1', '--role', 'auditor', '--address', 'foo bar'], /'foo bar' is invalid\. HOST:PORT/],
    [['issue', 'n1', '--role', 'auditor', '--address', 'a@b:1'], /'a@b:1' is invalid\. HOST:PORT/],
    [['issue', 'a:b', '--role', 'auditor'], /'a:b' is invalid for argument 'name'\. letters, digits/],
  ] as const) {
    const { code, err } = await credential(...args);
    t.is(code, 2);
    t.regex(err, words);
  }
  await t.throwsAsync(readFile(path));
  const missing = join(path, '..', 'none', 'credentials.json');
  const nowhere = await runToEnd([
    ...[process.execPath, script, 'credential', 'issue', 'siem', '--role', 'auditor'],
    ...['--credentials', missing],
  ]);
  t.is(nowhere.code, 1);
  t.true(
    nowhere.err.startsWith(
      `error: ${missing}: no such file or directory (ENOENT)\n       is its folder there`,
    ),
  );
  await credential('issue', 'siem', '--role', 'auditor');
  const before = await readFile(path, 'utf8');
  const { code, err } = await credential('revoke', 'siam');
  t.deepEqual([code, err], [1, 'error: there is no live credential of siam\n       did you mean siem?\n']);
  t.is(await readFile(path, 'utf8'), before);
  await writeFile(path, '{"version":1}');
  const damaged = await credential('issue', 'x', '--role', 'auditor');
  t.regex(damaged.err, /cannot be read: it is no credentials file: credentials/);
  t.is(await readFile(path, 'utf8'), '{"version":1}');
});

test.serial(
  'the file is found as the server finds it: named in its configuration, else beside its log',
  async (t) => {
    const { folder } = await opened(t);
    const config = join(folder, 'ledger.json');
    const log = join(folder, 'elsewhere', 'ledger.db');
    await mkdir(join(folder, 'elsewhere'));
    const list = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
      runToEnd([process.execPath, script, 'credential', ...args], {
        env: { PATH: process.env['PATH'], ...env },
      });
    await writeFile(config, JSON.stringify({ log, listen: '127.0.0.1:2113' }));
    const issued = await list(['issue', 'ada', '--role', 'auditor', '--config', config]);
    t.is(issued.code, 0, issued.err);
    const beside = join(folder, 'elsewhere', 'credentials.json');
    t.regex(await readFile(beside, 'utf8'), /"ada"/);
    for (const [args, env] of [
      [['list'], { EVIO_LEDGER_CONFIG: config }],
      [['list'], { EVIO_LEDGER_LOG: log }],
      [['list', '--log', log], {}],
      [['list', '--credentials', beside], {}],
    ] as const)
      t.regex((await list(args, env)).out, /^ada +auditor/m);
    const others = join(folder, 'others.json');
    await writeFile(config, JSON.stringify({ log, credentials: others }));
    t.is((await list(['list', '--config', config])).out, `no credentials in ${others}\n`);
    await writeFile(config, JSON.stringify({ credential: beside }));
    const unknown = await list(['list', '--config', config]);
    t.deepEqual([unknown.code, unknown.out], [2, '']);
    t.regex(unknown.err, /"credential" .* is no option: did you mean "credentials"\?/);
  },
);
