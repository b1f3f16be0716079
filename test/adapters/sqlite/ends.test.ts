import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { either as E } from 'fp-ts';
import { append, collect, event, events, sha256 } from '../../contract/event-store/support.ts';
import { openAt, scratchFolder } from './scratch.ts';

test('an event written past the lock is never overwritten: the append that meets it fails, and the next knows it', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(2) });
  const foreign = new DatabaseSync(path);
  foreign.exec(`INSERT INTO event SELECT 2, stream, 2, randomblob(16), type, payload, metadata, hash, recorded_at, log_hash
    FROM event WHERE position = 1`);
  foreign.close();
  const wanted = { stream: 'a', expectedRevision: 1, events: events(1) } as const;
  const met = await store.append(wanted)();
  t.true(E.isLeft(met) && met.left.type === 'unavailable' && /UNIQUE/.test(met.left.reason));
  t.deepEqual(
    await store.append(wanted)(),
    E.left({ type: 'conflict', stream: 'a', expected: 1, actual: 2 }),
  );
  t.is((await append(store, { ...wanted, expectedRevision: 2 })).position, 3);
  t.is((await collect(store.readStream('a'))).length, 4);
  await store.close();
});

test('a new stream of a group that was not kept is new again', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1) });
  const other = new DatabaseSync(path);
  other.exec(`CREATE TRIGGER stop BEFORE INSERT ON event WHEN NEW.type = 'Stopped'
    BEGIN SELECT RAISE(FAIL, 'stopped by the test'); END`);
  const stopped = {
    stream: 'c',
    expectedRevision: 'no-stream',
    events: [{ ...event(), type: 'Stopped' }],
  } as const;
  const fresh = { stream: 'b', expectedRevision: 'no-stream', events: events(2) } as const;
  const more = { stream: 'a', expectedRevision: 0, events: events(2) } as const;
  const group = [store.append(fresh)(), store.append(more)(), store.append(stopped)()];
  t.true((await Promise.all(group)).every(E.isLeft));
  other.exec('DROP TRIGGER stop');
  other.close();
  t.is((await append(store, more)).position, 2);
  t.is((await append(store, fresh)).position, 4);
  t.is((await append(store, stopped)).position, 5);
  await store.close();

  const reader = new DatabaseSync(path, { readOnly: true });
  const rows = reader
    .prepare('SELECT position, hash, recorded_at, log_hash FROM log ORDER BY position')
    .all();
  reader.close();
  let previous = '0'.repeat(64);
  for (const { position, hash, recorded_at, log_hash } of rows) {
    previous = sha256(`["${previous}",${position},"${hash}","${recorded_at}"]`);
    t.is(log_hash, previous);
  }
});
