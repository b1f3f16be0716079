import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { either as E } from 'fp-ts';
import { append, clockOf, collect, events, realClock } from '../../contract/event-store/support.ts';
import { killHard, startChild } from './child.ts';
import { openAt, scratchFolder, tryOpen } from './scratch.ts';

test('a second process is refused and told who holds the log', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path, clockOf('2026-11-21T03:36:14.123Z'));
  const child = startChild(t, 'holder.ts', path);
  const [answer] = await once(child, 'message');
  t.deepEqual(answer, {
    type: 'log-in-use',
    path,
    holder: { pid: process.pid, since: '2026-11-21T03:36:14.123Z' },
  });
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  await store.close();
});

test('a log whose holder was killed opens, and the refusal before names the holder', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const child = startChild(t, 'holder.ts', path);
  t.deepEqual((await once(child, 'message'))[0], { type: 'opened' });
  const refused = tryOpen(path);
  t.true(E.isLeft(refused) && refused.left.type === 'log-in-use' && refused.left.holder?.pid === child.pid);
  await killHard(child);
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  await store.close();
});

test('a second opener in the same process is refused, under another name of the file too, and the first keeps its lock', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  const store = openAt(path);
  symlinkSync(path, join(folder, 'other.db'));
  symlinkSync(folder, join(folder, 'elsewhere'));
  for (const name of [
    path,
    join(folder, 'other.db'),
    join(folder, 'elsewhere', 'log.db'),
    `${folder}/./log.db`,
  ]) {
    const second = tryOpen(name);
    t.true(
      E.isLeft(second) && second.left.type === 'log-in-use' && second.left.holder?.pid === process.pid,
      name,
    );
  }
  const child = startChild(t, 'holder.ts', path);
  const [answer] = await once(child, 'message');
  t.like(answer, { type: 'log-in-use' });
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  await store.close();
  await openAt(path).close();
});

test('another process may read a live log', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(3) });
  const auditor = new DatabaseSync(path, { readOnly: true });
  const count = auditor.prepare('SELECT count(*) AS count FROM log');
  t.is(count.get()?.['count'], 3);
  await append(store, { stream: 'a', expectedRevision: 2, events: events(2) });
  t.is(count.get()?.['count'], 5);
  auditor.close();
  await store.close();
});

test('a foreign writer that holds its lock makes appends unavailable, not wrong', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path, realClock);
  const foreign = new DatabaseSync(path);
  foreign.exec('BEGIN IMMEDIATE');
  const wanted = { stream: 'a', expectedRevision: 'no-stream', events: events(1) } as const;
  const answer = await store.append(wanted)();
  t.true(
    E.isLeft(answer) && answer.left.type === 'unavailable' && answer.left.reason.includes('another program'),
  );
  foreign.exec('ROLLBACK');
  foreign.close();
  await append(store, wanted);
  t.is((await collect(store.readAll())).length, 1);
  await store.close();
});
