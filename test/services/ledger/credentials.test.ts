import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { exclusivelyBy } from '../../../adapters/fs/exclusively.ts';
import { files } from '../../../adapters/fs/files.ts';
import { lockExclusively } from '../../../adapters/kernel/file-lock.ts';
import { clock } from '../../../adapters/system/clock.ts';
import { passwords } from '../../../adapters/system/passwords.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { timer } from '../../../adapters/system/timer.ts';
import { revoke } from '../../../domain/access/credentials.ts';
import type { User } from '../../../domain/access/user.ts';
import type { Log } from '../../../domain/port/log.ts';
import type { Passwords } from '../../../domain/port/passwords.ts';
import { changeCredentials } from '../../../services/change-credentials.ts';
import { issueCredential } from '../../../services/issue-credential.ts';
import { accessByCredential } from '../../../services/ledger/access.ts';
import { authenticator } from '../../../services/ledger/authenticate.ts';
import { openCredentialBook } from '../../../services/ledger/credential-book.ts';
import { must } from '../../support/must.ts';

const ports = { files, exclusively: exclusivelyBy(lockExclusively), passwords, clock };
const ada: User = { name: 'ada', role: 'auditor' };
const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

const opened = async (t: ExecutionContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-test-credentials-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'credentials.json');
  const { password } = must(await issueCredential(ports, path, ada)());
  const errors: string[] = [];
  const log: Log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message) => errors.push(message),
  };
  const book = await openCredentialBook({ files, timer, log }, path);
  t.teardown(book.close);
  let checks = 0;
  const counting: Passwords = {
    ...passwords,
    matches: (given, hashed) => {
      checks += 1;
      return passwords.matches(given, hashed);
    },
  };
  const access = accessByCredential(authenticator({ passwords: counting, sha256 }, book), () =>
    Promise.resolve(undefined),
  );
  return { path, password, book, access, errors, checks: () => checks };
};

const within = async (t: ExecutionContext, what: string, holds: () => Promise<boolean> | boolean) => {
  for (let look = 0; look < 100; look += 1) {
    if (await holds()) return t.pass();
    await timer.sleep(50);
  }
  t.fail(what);
};

test('a password holds, another one does not, and neither is in the file', async (t) => {
  const { path, password, access } = await opened(t);
  const caller = must(await access.authenticate(basic('ada', password))());
  t.is(caller.name, 'ada');
  t.true(E.isRight(await caller.may({ action: 'read-all' })()));
  t.true(E.isLeft(await caller.may({ action: 'append', stream: 'orders-1' })()));
  for (const header of [
    basic('ada', `${password}x`),
    basic('bob', password),
    basic('ada', ''),
    'Basic ???',
    'Bearer x',
  ])
    t.true(E.isLeft(await access.authenticate(header)()), header);
  t.true(E.isLeft(await access.authenticate(undefined)()));
  t.false((await readFile(path, 'utf8')).includes(password));
  t.is((await stat(path)).mode & 0o777, 0o600);
});

test('a credential is checked once, also when many calls bring it at once; a wrong one too', async (t) => {
  const { password, access, checks } = await opened(t);
  const many = (header: string) =>
    Promise.all(Array.from({ length: 200 }, () => access.authenticate(header)()));
  t.true((await many(basic('ada', password))).every(E.isRight));
  t.is(checks(), 1);
  t.true((await many(basic('ada', 'wrong'))).every(E.isLeft));
  t.is(checks(), 2);
});

test('more checks than can be made in seconds are refused, not queued', async (t) => {
  const { access } = await opened(t);
  const tries = Array.from({ length: 80 }, (_, index) =>
    access.authenticate(basic('ada', `guess-${index}`))(),
  );
  const refused = await Promise.race(tries);
  t.deepEqual(
    refused,
    E.left({ type: 'unavailable', reason: 'too many passwords of this name are being checked: try again' }),
  );
});

/** Credentials that hold where name and password are the same, and checks that are made when they are let. */
const ofNames = (names: ReadonlyArray<string>) => {
  const waiting: Array<(matched: boolean | Error) => void> = [];
  const checks: string[] = [];
  const authenticate = authenticator(
    {
      sha256,
      passwords: {
        make: () => 'key',
        matches: (password, secret) =>
          new Promise((done, failed) => {
            checks.push(password);
            waiting.push((outcome) => (outcome === true ? done(password === secret) : failed(outcome)));
          }),
      },
    },
    {
      standing: (name) =>
        names.includes(name)
          ? {
              credential: { user: { name, role: 'auditor' }, secret: name, issuedAt: '' },
              revoked: new AbortController().signal,
            }
          : undefined,
    },
  );
  const check = async (outcome: boolean | Error = true): Promise<void> => {
    while (waiting.length === 0) await timer.sleep(1);
    waiting.shift()?.(outcome);
  };
  return { checks, check, ask: (name: string, password = name) => authenticate(basic(name, password)) };
};

test('whoever guesses at names that nobody has keeps nobody with a credential waiting for more than two checks', async (t) => {
  const { ask, check, checks } = ofNames(['ada']);
  const guesses = Array.from({ length: 100 }, (_, index) => ask(`nobody-${index}`));
  const asked = ask('ada');
  for (const _ of ['nobody-0', 'nobody-1', 'ada']) await check();
  t.true(E.isRight(await asked));
  t.deepEqual(checks.slice(0, 3), ['nobody-0', 'nobody-1', 'ada']);
  t.like(await guesses[99], { left: { type: 'unavailable' } });
});

test('all who have a credential queue, however many there are', async (t) => {
  const names = Array.from({ length: 300 }, (_, index) => `node-${index}`);
  const { ask, check } = ofNames(names);
  const asked = names.map((name) => ask(name));
  for (const _ of names) await check();
  t.true((await Promise.all(asked)).every(E.isRight));
});

test('what held is remembered, however many guesses come after it', async (t) => {
  const { ask, check, checks } = ofNames(['ada']);
  const first = ask('ada');
  await check();
  t.true(E.isRight(await first));
  for (let guess = 0; guess < 5000; guess += 1) {
    const asked = ask('ada', `guess-${guess}`);
    await check();
    t.true(E.isLeft(await asked));
  }
  t.is(checks.length, 5001);
  t.true(E.isRight(await ask('ada')));
  t.is(checks.length, 5001);
});

test('a check that cannot be made fails for who asked, and the next is made', async (t) => {
  const { ask, check } = ofNames(['ada', 'bob']);
  const [lost, found] = [ask('ada'), ask('bob')];
  await check(new Error('no memory'));
  await t.throwsAsync(lost, { message: 'no memory' });
  await check();
  t.true(E.isRight(await found));
  const again = ask('ada');
  await check();
  t.true(E.isRight(await again));
});

test('a revoked credential is out within a second, its callers hear of it, and the next one of that name is another', async (t) => {
  const { path, password, access } = await opened(t);
  const caller = must(await access.authenticate(basic('ada', password))());
  must(await changeCredentials(ports, path, (known) => revoke(known, 'ada', clock.now()))());
  await within(t, 'the caller hears of it', () => caller.revoked.aborted);
  t.true(E.isLeft(await access.authenticate(basic('ada', password))()));
  const again = must(await issueCredential(ports, path, ada)());
  await within(t, 'the new one holds', async () =>
    E.isRight(await access.authenticate(basic('ada', again.password))()),
  );
  t.true(E.isLeft(await access.authenticate(basic('ada', password))()));
});

test('a role that was edited by hand counts at once, and open calls of the one before end', async (t) => {
  const { path, password, access } = await opened(t);
  const caller = must(await access.authenticate(basic('ada', password))());
  await writeFile(path, (await readFile(path, 'utf8')).replace('"auditor"', '"operator"'));
  await within(t, 'the caller hears of it', () => caller.revoked.aborted);
  const now = must(await access.authenticate(basic('ada', password))());
  t.true(E.isRight(await now.may({ action: 'append', stream: 'orders-1' })()));
});

test('a damaged file keeps the last good one and says so, once; a good one is taken again', async (t) => {
  const { path, password, book, access, errors } = await opened(t);
  const good = await readFile(path, 'utf8');
  await writeFile(path, good.slice(0, -20));
  await within(t, 'the fault is said', () => book.fault() === 'it is not JSON');
  t.true(E.isRight(await access.authenticate(basic('ada', password))()));
  await rm(path);
  await within(t, 'that it is missing is said', () => book.fault() === 'the file is not there');
  t.true(E.isRight(await access.authenticate(basic('ada', password))()));
  await writeFile(path, good);
  await within(t, 'all is well again', () => book.fault() === undefined);
  t.is(errors.length, 2);
});

test('of many that issue at once each is in the file, and of one name one', async (t) => {
  const { path } = await opened(t);
  const issued = await Promise.all(
    ['a', 'b', 'c', 'c'].map((name) =>
      issueCredential(ports, path, { name, role: 'auditor' }, 'x'.repeat(12))(),
    ),
  );
  t.deepEqual(issued.filter(E.isLeft), [E.left({ type: 'name-taken', name: 'c' })]);
  const { credentials } = JSON.parse(await readFile(path, 'utf8')) as { credentials: { user: User }[] };
  t.deepEqual(credentials.map(({ user }) => user.name).sort(), ['a', 'ada', 'b', 'c']);
});
