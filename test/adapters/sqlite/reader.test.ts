import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import type { LogReader } from '../../../domain/port/log-reader.ts';
import { append, collect, events } from '../../contract/event-store/support.ts';
import { openAt, scratchFolder } from './scratch.ts';

const opened = (path: string): LogReader => {
  const reader = openSqliteReader(path);
  if (E.isLeft(reader)) throw new Error(reader.left.reason);
  return reader.right;
};

test('a reader gives what the store gives, of the moment it was opened, while the store is written', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  t.teardown(store.close);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(1500) });
  await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(3) });
  const there = await collect(store.readAll());
  const reader = opened(path);
  await append(store, { stream: 'a', expectedRevision: 1499, events: events(1) });

  const read = [...reader.pages(0)].flat();
  t.deepEqual(
    read.map(({ logHash: _, ...event }) => event),
    there,
  );
  t.deepEqual([...reader.pages(1400)].flat(), read.slice(1400));
  t.deepEqual([...reader.streamPages('b', 1)].flat(), read.slice(1501));
  t.deepEqual(reader.at(1502), read[1502]);
  t.is(reader.at(1503), undefined);
  const last = read.at(-1);
  t.deepEqual(reader.end(), {
    position: 1502,
    recordedAt: last?.recordedAt ?? '',
    logHash: last?.logHash ?? '',
  });
  t.deepEqual(
    reader.heads().map(({ stream, revision, position }) => [stream, revision, position]),
    [
      ['a', 1499, 1499],
      ['b', 2, 1502],
    ],
  );
  t.is(reader.identity.logId, store.identity.logId);
  reader.close();
  const later = opened(path);
  t.is(later.end()?.position, 1503);
  later.close();
});

test('a reader of an empty log finds nothing, and what is no log is refused with what to do', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  const store = openAt(path);
  const reader = opened(path);
  t.is(reader.end(), undefined);
  t.deepEqual([...reader.pages(0)], []);
  t.deepEqual(reader.heads(), []);
  reader.close();
  await store.close();
  for (const name of ['none.db', '.', 'missing/log.db']) {
    const refused = openSqliteReader(join(folder, name));
    t.true(E.isLeft(refused) && refused.left.reason !== '' && refused.left.remedy !== '', name);
    t.false(E.isLeft(refused) && refused.left.reason.includes(refused.left.path), name);
  }
  t.like(openSqliteReader(join(folder, 'none.db')), {
    left: { reason: 'it is not there', remedy: 'name the log with --log' },
  });
});
