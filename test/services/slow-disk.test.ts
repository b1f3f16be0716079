import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '../../adapters/system/sha256.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { hostEvents } from '../../domain/host/events.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { collect } from '../contract/event-store/support.ts';
import { stream } from '../support/kept-host.ts';
import { readLog } from '../support/log-reader.ts';
import { run } from '../support/run.ts';

test('with flushes of 50 ms more, what comes at once shares one; nothing else changes', async (t) => {
  const folder = scratchFolder(t);
  const library = join(folder, 'slow-fsync.so');
  const count = join(folder, 'flushes');
  const path = join(folder, 'ledger.db');
  const source = join(import.meta.dirname, '../support/slow-fsync.c');
  await run(
    'gcc',
    ...['-shared', '-fPIC', '-nostdlib', '-O1', '-Wall', '-Wextra', '-Werror', '-o', library, source],
  );
  writeFileSync(count, '');
  const child = fork(new URL('slow-disk-writer.ts', import.meta.url), [path], {
    execPath: process.execPath,
    execArgv: [],
    env: { ...process.env, LD_PRELOAD: library, SLOW_FSYNC_COUNT: count },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [flushes] = await once(child, 'message');
  const { appends, decisions, oneByOne, written } = flushes;
  t.true(appends >= 1 && appends <= 2, `64 appends at once: ${appends} flushes`);
  t.true(decisions >= 1 && decisions <= 2, `64 decisions on one stream at once: ${decisions} flushes`);
  t.deepEqual({ oneByOne, written }, { oneByOne: 8, written: 0 });

  const store = openAt(path);
  const all = await collect(store.readAll());
  t.deepEqual([all.length, all.at(-1)?.position], [3 + 128 + 64 + 16 + 16, 226]);
  const folded = await readLog(store, stream, hostEvents, decider, sha256);
  t.is(folded.state().attachments.size, 64);
  await store.close();
});
