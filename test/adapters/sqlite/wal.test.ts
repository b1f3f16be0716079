import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { append, event } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';
import { startChildWithin } from './child.ts';
import { openAt, scratchFolder, tryOpen } from './scratch.ts';

test('a log is not opened when the disk takes a part of its write-ahead file only', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  await append(store, { stream: 'a', expectedRevision: 'no-stream', events: [event()] });
  const reader = must(openSqliteReader(path));
  t.teardown(reader.close);
  await append(store, {
    stream: 'b',
    expectedRevision: 'no-stream',
    events: [event(`"${'x'.repeat(400_000)}"`)],
  });
  await store.close();
  const wal = statSync(`${path}-wal`).size;
  t.true(wal > statSync(path).size + 4096);
  const child = startChildWithin(t, wal - 4096, 'holder.ts', path);
  const [answer] = await once(child, 'message');
  t.like(answer, { type: 'log-unavailable' });
  t.regex(JSON.stringify(answer), /EFBIG/);
});

test('bytes of the write-ahead file that changed are not taken for what was written, though a reader has it open', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  await append(store, {
    stream: 'a',
    expectedRevision: 'no-stream',
    events: [event(`"${'x'.repeat(20_000)}"`)],
  });
  const reader = must(openSqliteReader(path));
  t.teardown(reader.close);
  await store.close();
  const wal = openSync(`${path}-wal`, 'r+');
  writeSync(wal, 'y', readFileSync(`${path}-wal`).indexOf('x'.repeat(1_000)));
  closeSync(wal);
  const opened = tryOpen(path);
  t.true(E.isLeft(opened) && opened.left.type === 'log-unreadable' && opened.left.cause === 'set-back');
});
