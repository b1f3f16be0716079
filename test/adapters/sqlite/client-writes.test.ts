import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { append, must, numbered, placeOf, read, readAll, sent } from '../../contract/client-log/support.ts';
import { events as ledgerEvents, realClock, sha256, upTo } from '../../contract/event-store/support.ts';
import { killHard, startChild } from './child.ts';
import { openAt, scratchFolder, tryOpen } from './scratch.ts';
import { verify } from './verified-log.ts';

test('a repeat is known after the log was closed and opened again', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const events = numbered(0, 3);
  const before = openAt(path);
  await append(before, 'orders', events);
  await append(before, 'bills', numbered(0, 1));
  await before.close();
  const after = openAt(path);
  t.teardown(after.close);
  t.deepEqual(await append(after, 'orders', events), { revision: 2, position: 2 });
  t.deepEqual(await append(after, 'orders', events.slice(1)), { revision: 2, position: 2 });
  t.is((await readAll(after)).length, 4);
});

test('an id whose append was not kept is no repeat', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const log = openAt(path);
  t.teardown(log.close);
  const [event] = numbered(0, 1);
  if (event === undefined) return t.fail();
  const other = new DatabaseSync(path);
  other.exec(`CREATE TRIGGER stop BEFORE INSERT ON event WHEN NEW.type = 'Stopped'
    BEGIN SELECT RAISE(FAIL, 'stopped by the test'); END`);
  const stopped = [{ ...event, id: event.id.replace(/^./, 'a'), type: 'Stopped' }];
  const group = [
    log.clients.append({ stream: 'orders', expected: 'any', events: [event] })(),
    log.clients.append({ stream: 'bills', expected: 'any', events: stopped })(),
  ];
  t.true((await Promise.all(group)).every(E.isLeft));
  other.exec('DROP TRIGGER stop');
  other.close();
  await append(log, 'bills', numbered(7, 1));
  t.deepEqual(await append(log, 'orders', [event]), { revision: 0, position: 1 });
});

test('a log whose write-ahead file was lost with clients’ events in it is refused', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const child = startChild(t, 'client-writer.ts', path);
  if (child.stdout) await once(child.stdout, 'data');
  await killHard(child);
  rmSync(`${path}-wal`);
  t.like(tryOpen(path), { left: { type: 'log-unreadable', cause: 'wal-gone' } });
});

test('clients’ writers killed at any moment lose no acknowledged append, and leave whole chains', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const acknowledged = new Map<string, number>();
  for (const round of upTo(6)) {
    const child = startChild(t, 'client-writer.ts', path);
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    if (child.stdout) await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, (round * 7) % 40));
    const drained = child.stdout ? once(child.stdout, 'close') : undefined;
    await killHard(child);
    await drained;
    for (const line of printed.split('\n').slice(0, -1)) {
      const [stream = '', revision] = line.split(' ');
      acknowledged.set(stream, Number(revision));
    }
    const log = openAt(path);
    for (const [stream, revision] of acknowledged) {
      const kept = await read(log, stream);
      t.true(kept.length > revision);
      // Appends of twenty are there whole or not at all.
      t.is(kept.length % 20, 0);
    }
    await log.close();
  }
  t.is(acknowledged.size, 2);
  t.is(verify(path), undefined);
});

test('readers see nothing that is not on disk', async (t) => {
  const log = openAt(join(scratchFolder(t), 'log.db'));
  t.teardown(log.close);
  const [own] = ledgerEvents(1);
  if (own === undefined) return t.fail();
  await append(log, 'orders', numbered(0, 1));
  const wanted = { stream: 'cluster-edge', expectedRevision: 'no-stream', events: [own] } as const;
  t.true(E.isRight(await log.append({ ...wanted, durability: 'written' })()));
  t.is(await must(log.clients.end()), 0);
  t.is((await readAll(log)).length, 1);
  for (const from of ['end', 99] as const)
    t.is((await readAll(log, { direction: 'backwards', from })).length, 1);
  t.is(await must(log.clients.eventAt('cluster-edge', 0)), undefined);
  t.true(E.isRight(await log.flush()()));
  t.is(await must(log.clients.end()), 1);
  t.is((await readAll(log)).length, 2);
});

test('many large appends at once are several transactions, and a flush behind them waits for all', async (t) => {
  const log = openAt(join(scratchFolder(t), 'log.db'));
  t.teardown(log.close);
  const appends = upTo(10).map((index) => append(log, `orders-${index}`, numbered(0, 500)));
  const flushed = log.flush()();
  await appends[0];
  t.true((await must(log.clients.end())) < 4999);
  t.true(E.isRight(await flushed));
  t.is(await must(log.clients.end()), 4999);
  await Promise.all(appends);
});

test('what waits when the log is closed is still written', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const log = openAt(path);
  const appends = upTo(10).map((index) => append(log, `orders-${index}`, numbered(0, 500)));
  await log.close();
  await Promise.all(appends);
  const again = openAt(path);
  t.teardown(again.close);
  t.is(await must(again.clients.end()), 4999);
});

test('what cannot even be decided is refused alone; a failure of the log is everybody’s', async (t) => {
  const store = openSqliteStore({
    path: join(scratchFolder(t), 'log.db'),
    clock: realClock,
    newLogId: randomUUID,
    sha256: (text) => {
      if (text.includes('no-digest')) throw new TypeError('no digest of it');
      if (text.includes('no-disk')) throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
      return sha256(text);
    },
  });
  if (E.isLeft(store)) return t.fail();
  const { clients, close } = store.right;
  t.teardown(close);
  const beside = (data: string) =>
    Promise.all(
      [data, '{}'].map((one, index) =>
        clients
          .append({ stream: `orders-${index}`, expected: 'any', events: [sent(one)] })()
          .then(E.map(placeOf)),
      ),
    );
  t.deepEqual(await beside('"no-digest"'), [
    E.left({
      type: 'event-refused',
      stream: 'orders-0',
      reason: 'what was sent cannot be kept: TypeError: no digest of it',
    }),
    E.right({ revision: 0, position: 0 }),
  ]);
  for (const answer of await beside('"no-disk"')) t.like(answer, { left: { type: 'unavailable' } });
});
