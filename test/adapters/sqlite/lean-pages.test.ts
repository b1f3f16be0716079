import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import type { LeanEvent } from '../../../domain/port/log-reader.ts';
import { NeedsArchive } from '../../../domain/transfer/archived-gap.ts';
import { withArchives } from '../../../domain/transfer/with-archives.ts';
import { drop, writeEras } from '../../support/dropped.ts';
import { generatedAppends } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { openAt, scratchFolder } from './scratch.ts';

test('lean pages hold what pages hold, but for ids and hashes, from any position on', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const store = openAt(path);
  for (const append of generatedAppends('nodes=6,events=2500,seed=1'))
    must(await store.append({ ...append, durability: 'written' })());
  await store.close();
  const log = must(openSqliteReader(path));
  const whole = [...log.pages(0)].flat().map(({ id: _, hash: __, logHash: ___, ...lean }) => lean);
  t.true(whole.length >= 2500);
  for (const from of [0, 1, 199, 200, 201, whole.length - 1, whole.length])
    t.deepEqual([...log.leanPages(from)].flat(), whole.slice(from), `from ${from}`);
  const pages = [...log.leanPages(0)].map((page) => page.length);
  t.deepEqual(pages.slice(0, 12), new Array(12).fill(200));
  log.close();
});

test('lean pages of some streams hold what all pages hold of them', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const store = openAt(path);
  for (const append of generatedAppends('nodes=6,events=1500,seed=1'))
    must(await store.append({ ...append, durability: 'written' })());
  await store.close();
  const log = must(openSqliteReader(path));
  const whole = [...log.leanPages(0)].flat();
  const streams = log.heads().map(({ stream }) => stream);
  for (const wanted of [streams, streams.slice(0, 1), streams.slice(2, 5), [], ['host-unheard-of']])
    for (const reader of [log, must(withArchives(log, []))])
      for (const from of [0, 321])
        t.deepEqual(
          [...reader.leanPagesOf(wanted, from)].flat(),
          whole.filter(({ stream, position }) => wanted.includes(stream) && position >= from),
        );
  log.close();
});

test('a stream with a key that only a damaged log has is not passed over', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const store = openAt(path);
  for (const append of generatedAppends('nodes=2,events=100,seed=1'))
    must(await store.append({ ...append, durability: 'written' })());
  await store.close();
  const whole = must(openSqliteReader(path));
  const streams = whole.heads().map(({ stream }) => stream);
  whole.close();
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  db.exec('UPDATE stream SET key = key + (1 << 40) WHERE key = 2');
  db.close();
  const log = must(openSqliteReader(path));
  t.throws(() => [...log.leanPagesOf(streams, 0)], { message: /key 1099511627778: the file is damaged/ });
  log.close();
});

test('where anything is archived, pages of some streams end there too', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const store = openAt(path);
  const [first = ''] = await writeEras(store);
  await drop(store, first);
  await store.close();
  const log = must(openSqliteReader(path));
  const [run] = log.archived();
  const others = log.heads().flatMap(({ stream }) => (stream === first ? [] : [stream]));
  const read: LeanEvent[] = [];
  const stopped = t.throws(
    () => {
      for (const page of log.leanPagesOf(others, 0)) read.push(...page);
    },
    { instanceOf: NeedsArchive },
  );
  t.deepEqual(stopped?.run, run);
  t.deepEqual(
    read,
    [...log.leanPages(0, 'passed-over')].flat().filter(({ position }) => position < (run?.from ?? 0)),
  );
  log.close();
});

test('two readings at once do not disturb each other, and a later event is not shown', async (t) => {
  const path = `${scratchFolder(t)}/ledger.db`;
  const store = openAt(path);
  const appends = generatedAppends('nodes=6,events=2500,seed=1');
  for (const append of appends.slice(0, 1500))
    must(await store.append({ ...append, durability: 'written' })());
  const log = must(openSqliteReader(path));
  const end = log.end()?.position ?? 0;
  for (const append of appends.slice(1500)) must(await store.append({ ...append, durability: 'written' })());
  const positions: number[] = [];
  for (const page of log.leanPages(0)) {
    positions.push(...page.map(({ position }) => position));
    const [again] = log.leanPages(page[0]?.position ?? -1);
    t.deepEqual(again, page);
  }
  t.deepEqual(
    positions,
    Array.from({ length: end + 1 }, (_, position) => position),
  );
  log.close();
  await store.close();
});
