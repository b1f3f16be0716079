import { once } from 'node:events';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { either as E } from 'fp-ts';
import { backUpSqliteLog } from '../../../adapters/sqlite/back-up.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { must } from '../../support/must.ts';
import { killHard, startChild } from './child.ts';
import { scratchFolder } from './scratch.ts';
import { verify, writeLog } from './verified-log.ts';

test('a backup is the log as it was, readable by its owner alone, and leaves nothing beside it', async (t) => {
  const path = await writeLog(t);
  const folder = scratchFolder(t);
  const into = join(folder, 'backup.db');
  const backedUp = must(await backUpSqliteLog(path, into)());
  const log = must(openSqliteReader(path));
  const copy = must(openSqliteReader(into));
  t.deepEqual(backedUp, { ...log.identity, path: into, end: log.end() });
  t.deepEqual([...copy.pages(0)].flat(), [...log.pages(0)].flat());
  log.close();
  copy.close();
  t.is(verify(into), undefined);
  t.is(statSync(into).mode & 0o777, 0o600);
  t.deepEqual(
    readdirSync(folder).filter((name) => !/^backup\.db(-wal|-shm)?$/.test(name)),
    [],
  );
});

test('a backup that is taken while another process writes is whole, and of one moment', async (t) => {
  const folder = scratchFolder(t);
  const path = join(folder, 'log.db');
  const child = startChild(t, 'client-writer.ts', path);
  if (child.stdout) await once(child.stdout, 'data');
  child.stdout?.resume();
  let before = -1;
  for (const name of ['one.db', 'two.db', 'three.db']) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { end } = must(await backUpSqliteLog(path, join(folder, name))());
    t.true((end?.position ?? -1) > before);
    before = end?.position ?? -1;
    t.is(verify(join(folder, name)), undefined);
  }
  await killHard(child);
});

test('a backup is refused, and nothing is changed, where something is already, or is no log', async (t) => {
  const path = await writeLog(t);
  const folder = scratchFolder(t);
  const taken = join(folder, 'taken.db');
  writeFileSync(taken, 'mine');
  for (const [from, into, words] of [
    [path, taken, /nothing is ever replaced/],
    [path, path, /nothing is ever replaced/],
    [path, join(folder, 'none', 'b.db'), /no file can be made there/],
    [taken, join(folder, 'b.db'), /not an SQLite database/],
    [join(folder, 'none.db'), join(folder, 'b.db'), /it is not there/],
  ] as const) {
    const refused = await backUpSqliteLog(from, into)();
    t.regex(E.isLeft(refused) ? refused.left.reason : 'done', words, `${from} ${into}`);
  }
  t.deepEqual(readdirSync(folder), ['taken.db']);
});

test('a backup that is killed before any of its steps leaves nothing under its name, or all of it', async (t) => {
  const path = await writeLog(t);
  const folder = scratchFolder(t);
  const into = join(folder, 'backup.db');
  const left: boolean[] = [];
  for (let steps = 0; ; steps += 1) {
    const child = startChild(t, 'backing-up.ts', path, into, 'back-up', String(steps));
    const [code] = await once(child, 'exit');
    const isThere = readdirSync(folder).includes('backup.db');
    if (isThere) t.is(verify(into), undefined);
    rmSync(into, { force: true });
    if (code === 0) break;
    left.push(isThere);
  }
  // Killed before the copy is on disk, before it has its name, before the name is on disk; else it was done.
  t.deepEqual(left, [false, false, true]);
  t.false(readdirSync(folder).some((name) => name.includes('backing-up')));
});
