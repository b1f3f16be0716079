import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { restoreSqliteLog } from '../../../adapters/sqlite/restore.ts';
import { clock } from '../../../adapters/system/clock.ts';
import type { LoggedEvent } from '../../../domain/port/log-reader.ts';
import { append, events } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { openAt, scratchFolder } from './scratch.ts';

const restore = restoreSqliteLog(clock);

/** A log of two streams, as a reader has it. */
const original = async (path: string) => {
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: events(3) });
  await append(store, { stream: 'b', expectedRevision: 'no-stream', events: events(2) });
  await append(store, { stream: 'a', expectedRevision: 2, events: events(1) });
  await store.close();
  const reader = must(openSqliteReader(path));
  const all = [...reader.pages(0)].flat();
  reader.close();
  return { identity: { ...reader.identity, epoch: 4 }, all };
};

test('a restored log has the identity, places, hashes and stamps of the other, and is written on', async (t) => {
  const folder = scratchFolder(t);
  const { identity, all } = await original(join(folder, 'log.db'));
  const path = join(folder, 'copy.db');
  const restoring = must(restore(path, identity));
  for (const event of all) must(restoring.add(event));
  t.false(readdirSync(folder).includes('copy.db'), 'it has no name until it is whole');
  must(restoring.finish());
  restoring.abandon();
  const reader = must(openSqliteReader(path));
  t.deepEqual(reader.identity, identity);
  t.deepEqual([...reader.pages(0)].flat(), all);
  reader.close();
  const store = openAt(path);
  const next = await append(store, { stream: 'a', expectedRevision: 3, events: events(1) });
  t.deepEqual([next.revision, next.position], [4, 6]);
  await store.close();
});

test('what was begun and not finished leaves nothing', async (t) => {
  const folder = scratchFolder(t);
  const { identity, all } = await original(join(folder, 'log.db'));
  const before = readdirSync(folder);
  const restoring = must(restore(join(folder, 'copy.db'), identity));
  for (const event of all) must(restoring.add(event));
  restoring.abandon();
  t.deepEqual(readdirSync(folder), before);
});

test('what does not belong into a log is refused by name', async (t) => {
  const folder = scratchFolder(t);
  const { identity, all } = await original(join(folder, 'log.db'));
  const [first, second] = all;
  if (first === undefined || second === undefined) return t.fail();
  const wrong: ReadonlyArray<readonly [LoggedEvent, RegExp]> = [
    [{ ...second, id: first.id }, /UNIQUE constraint failed: event\.id/],
    [{ ...second, revision: 0 }, /UNIQUE constraint failed: event\.stream, event\.revision/],
    [{ ...second, id: 'ABC' }, /the event id ABC is not a lower-case UUID/],
    [{ ...second, hash: '0' }, /the hash 0 is not 64 hexadecimal digits/],
  ];
  for (const [event, reason] of wrong) {
    const restoring = must(restore(join(folder, 'copy.db'), identity));
    must(restoring.add(first));
    const added = restoring.add(event);
    t.regex(E.isLeft(added) ? added.left.reason : 'added', reason);
    restoring.abandon();
  }
});

test('a name that is taken, before or meanwhile, is never replaced', async (t) => {
  const folder = scratchFolder(t);
  const log = join(folder, 'log.db');
  const { identity } = await original(log);
  const there = restore(log, identity);
  t.regex(E.isLeft(there) ? there.left.reason : 'begun', /^the log [0-9a-f-]{36} is there$/);
  const folderMissing = restore(join(folder, 'none/log.db'), identity);
  t.regex(E.isLeft(folderMissing) ? folderMissing.left.reason : 'begun', /^there is no folder /);

  const path = join(folder, 'copy.db');
  const restoring = must(restore(path, identity));
  writeFileSync(path, 'somebody else');
  const finished = restoring.finish();
  t.regex(E.isLeft(finished) ? finished.left.reason : 'finished', /EEXIST/);
  t.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('copy')),
    ['copy.db'],
  );
});
