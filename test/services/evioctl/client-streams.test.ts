import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { logWords } from '../../../services/evioctl/log.ts';
import { openAt } from '../../adapters/sqlite/scratch.ts';
import { must, numbered, sent } from '../../contract/client-log/support.ts';
import { append } from '../../contract/event-store/support.ts';
import { generatedAppends } from '../../support/logged.ts';
import type { Ended } from '../../support/node.ts';
import { evioctl, scratch } from './verify-scene.ts';

const history = generatedAppends('nodes=3,events=60,seed=5');

/** A cluster's history; with clients' events between its own, some of which have our types, or what looks like our payloads. */
const write = async (t: ExecutionContext, withClients: boolean): Promise<string> => {
  const path = join(scratch(t), 'log.db');
  const store = openAt(path);
  for (const [index, one] of history.entries()) {
    await append(store, one);
    if (!withClients) continue;
    const data = one.events[0]?.payload ?? '{}';
    const events = [sent(data, { type: one.events[0]?.type ?? 'x' }), ...numbered(index, 2)];
    await must(store.clients.append({ stream: `orders-${index % 3}`, expected: 'any', events }));
    await must(
      store.clients.append({
        stream: 'photos',
        expected: 'any',
        events: [sent('', { data: new Uint8Array([255, index]) })],
      }),
    );
  }
  if (withClients) {
    await must(store.clients.delete({ stream: 'orders-0', expected: 'any' }));
    await must(store.clients.tombstone({ stream: 'orders-1', expected: 'any' }));
  }
  await store.close();
  return path;
};

/** What a command says, without the places of events: clients' events lie between ours. */
const said = ({ code, out, err }: Ended) => ({
  code,
  err,
  out: JSON.parse(out, (key, value) => (/position|asked|asOf|at$/i.test(key) ? undefined : value)),
});

test('clients’ events are verified with the log, and change nothing of what it says', async (t) => {
  const plain = await write(t, false);
  const mixed = await write(t, true);
  const verified = await evioctl('--log', mixed, '--json', 'verify');
  t.is(verified.code, 0, verified.err + verified.out);
  const ask = async (log: string, ...command: ReadonlyArray<string>) =>
    said(await evioctl('--log', log, '--json', ...command));
  const pods = await ask(plain, 'pods', '--at', 'now');
  const held: string = pods.out.pods[0].addresses[0].address;
  const had = await ask(plain, 'who-had', held, '--at', 'now');
  t.is(had.out.holders.length, 1, had.err);
  t.deepEqual(await ask(mixed, 'pods', '--at', 'now'), pods);
  t.deepEqual(await ask(mixed, 'who-had', held, '--at', 'now'), had);
  const replayed = await evioctl('--log', mixed, 'replay', '--out', join(scratch(t), 'replayed'));
  t.is(replayed.code, 0, replayed.err);
});

test('a log with clients’ events is exported, imported and still verified', async (t) => {
  const mixed = await write(t, true);
  const folder = scratch(t);
  const [first, copy, second] = ['first.ndjson', 'copy.db', 'second.ndjson'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  for (const command of [
    ['--log', mixed, 'export', '--out', first],
    ['import', first, '--into', copy],
    ['--log', copy, 'export', '--out', second],
    ['--log', copy, 'verify'],
  ]) {
    const { code, err, out } = await evioctl(...command);
    t.is(code, 0, `${command.join(' ')}: ${err}${out}`);
  }
  t.is(readFileSync(second, 'utf8'), readFileSync(first, 'utf8'));
});

test('a client’s event that was altered is found', async (t) => {
  const mixed = await write(t, true);
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(mixed);
  db.exec(`UPDATE event SET payload = replace(payload, '{\\"number\\":0}', '{\\"number\\":9}') WHERE position =
    (SELECT min(position) FROM event WHERE payload LIKE '%number%0%')`);
  t.is(Number(db.prepare('SELECT changes() AS n').get()?.['n']), 1);
  db.close();
  const { code, out, err } = await evioctl('--log', mixed, 'verify');
  t.is(code, 4, err + out);
});

test('what clients call their streams and events is of one line and harmless on a terminal', (t) => {
  const out = logWords({
    events: [
      {
        position: 7,
        recordedAt: '2026-11-21T12:00:00.000Z',
        stream: `orders\u001b[2J\n${'x'.repeat(1000)}`,
        revision: 0,
        id: '6f1c8a6e-0000-4000-8000-000000000001',
        type: `Placed\u001b]0;x\n${'y'.repeat(1000)}`,
        payload: { node: 'a\u001b[2J\n' },
        metadata: {},
        hash: '',
      },
    ],
  });
  const [, row = '', ...more] = out.split('\n');
  t.deepEqual(more, []);
  t.false(row.includes('\u001b'), row);
  t.true(row.includes('orders\\u{1b}[2J'), row);
  t.true(row.length < 400, String(row.length));
});
