import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { ids } from '../../../adapters/system/ids.ts';
import { remainingOf } from '../../../domain/audit/remaining.ts';
import { seal } from '../../../domain/chain.ts';
import { encodeEvent } from '../../../domain/event.ts';
import { logEvents } from '../../../domain/log/events.ts';
import { collect, realClock, sha256 } from '../../contract/event-store/support.ts';
import { audited, recordOf } from '../../support/audited.ts';
import { must } from '../../support/must.ts';
import { eventually, runToEnd } from '../../support/node.ts';
import { ledgerScene, orders } from './ledger-scene.ts';

const alter = (path: string, sql: string): void => {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
};

test('only what is new is read, and two that ask at once read the same', async (t) => {
  const { cache, log, evioctl, wire } = await ledgerScene(t);
  const last = async (): Promise<number> => {
    const { code, out, err } = await evioctl('--ledger', wire, '--ndjson', 'log', '--from', '300');
    t.deepEqual([code, err], [0, ''], out);
    return JSON.parse(out.trim().split('\n').at(-1) ?? '').position;
  };
  t.deepEqual(await Promise.all([last(), last(), last()]), [307, 307, 307]);
  const mirror = join(cache, 'evio', `${log.identity.logId}-1.mirror`);
  // What is not read again stays as it was made.
  alter(mirror, "UPDATE event SET type = 'OrderMoved' WHERE position = 301");
  must(await log.clients.append({ stream: 'orders', expected: 'any', events: [orders(9, '{}')] })());
  t.is(await last(), 308);
  const { out } = await evioctl('--ledger', wire, '--ndjson', 'log', '--from', '301', '--limit', '1');
  t.is(JSON.parse(out).type, 'OrderMoved');
});

test('a log that has other events than were read, or another epoch, is read anew, and that is said', async (t) => {
  const { cache, log, evioctl, wire } = await ledgerScene(t);
  const verified = async () => {
    const { code, out, err } = await evioctl('--ledger', wire, '--json', 'verify');
    t.is(code, 0, out);
    return { events: JSON.parse(out).events, err };
  };
  t.deepEqual(await verified(), { events: 308, err: '' });
  const mirror = join(cache, 'evio', `${log.identity.logId}-1.mirror`);
  alter(mirror, "UPDATE mirrored SET seen = 'other'");
  t.deepEqual(await verified(), {
    events: 308,
    err: 'the ledger was read anew: it has another event at position 307\n',
  });
  alter(mirror, 'UPDATE mirrored SET there = 999');
  t.deepEqual(await verified(), {
    events: 308,
    err: 'the ledger was read anew: it ends before position 999, which was read from it\n',
  });
  // As the server's evio-log has it behind a restore.
  const head = must(await log.head('evio-log')());
  const id = ids.random();
  const event = encodeEvent(logEvents)({ type: 'LogIdentified', logId: log.identity.logId, epoch: 2 });
  const metadata = {
    ...{ schema: 1, time: realClock.now(), actor: 'ledger', incarnation: log.identity.logId },
    ...{ $causationId: id, $correlationId: id },
  };
  const events = seal(sha256, 'evio-log', head, [{ id, ...event, metadata }]);
  must(await log.append({ stream: 'evio-log', expectedRevision: 0, events })());
  t.deepEqual(await verified(), {
    events: 309,
    err: 'the ledger was read anew: it was restored: epoch 2 has begun\n',
  });
  t.deepEqual(
    readdirSync(join(cache, 'evio')).filter((name) => name.endsWith('.mirror')),
    [`${log.identity.logId}-2.mirror`],
  );
});

test('where the cache folder cannot be made, a mirror is refused, and an index made for this once', async (t) => {
  const { path, evioctlArgs, wire } = await ledgerScene(t);
  // In /proc a folder is neither made nor refused: the kernel says that there is none.
  const env = { ...evioctlArgs().env, XDG_CACHE_HOME: '/proc/x' };
  const evioctl = (...args: ReadonlyArray<string>) =>
    runToEnd(['timeout', '60', ...evioctlArgs(...args).command], { env });
  const mirrored = await evioctl('--ledger', wire, 'leases');
  t.is(mirrored.code, 1);
  t.regex(mirrored.err, /^error: the mirror \/proc\/x\/evio\/\S+ cannot be written: .*ENOENT/);
  t.regex(mirrored.err, /\n +make room there, or name another folder with XDG_CACHE_HOME\n$/);
  mkdirSync(`${path}-index`);
  const indexed = await evioctl('--log', path, 'who-had', '10.244.0.2', '--at', '2026-11-20T10:00:00Z');
  t.is(indexed.code, 0, indexed.err);
});

test('what was redacted since it was read is gone from the mirror too', async (t) => {
  const { cache, log, evioctl, wire } = await ledgerScene(t);
  const named = (await collect(log.readAll())).find(({ payload }) => payload.includes('"pod"'));
  if (named === undefined) return t.fail();
  const { name } = JSON.parse(named.payload).pod;
  const files = (): string =>
    readdirSync(join(cache, 'evio'))
      .map((file) => readFileSync(join(cache, 'evio', file), 'latin1'))
      .join('');
  t.is((await evioctl('--ledger', wire, 'pods')).code, 0);
  t.true(files().includes(name));
  const { stream, events } = audited(undefined, recordOf(named));
  const payload = remainingOf(named.payload, ['pod']);
  must(
    await log.redact({
      stream,
      expectedRevision: 'no-stream',
      payloads: events.map((event) => ({ event, remaining: payload })),
    })(),
  );
  const { code, err } = await evioctl('--ledger', wire, 'pods');
  t.deepEqual([code, err], [0, 'the ledger was read anew: payloads in it were redacted\n']);
  t.false(files().includes(name));
});

test('a log on another machine that is watched shows what comes, once', async (t) => {
  const { log, evioctlArgs, wire } = await ledgerScene(t);
  const { command, env } = evioctlArgs(
    '--ledger',
    wire,
    '--ndjson',
    'log',
    '--from',
    '306',
    '--watch',
    '0.2',
  );
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill());
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const positions = (): ReadonlyArray<number> =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).position);
  await eventually('what is there', async () => (positions().length >= 2 ? true : undefined));
  must(await log.clients.append({ stream: 'orders', expected: 'any', events: [orders(9, '{}')] })());
  await eventually('what came', async () => (positions().length >= 3 ? true : undefined));
  t.deepEqual(positions(), [306, 307, 308]);
});
