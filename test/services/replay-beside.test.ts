import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { replayThread } from '../../adapters/system/replay-thread.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import { clusterViewCodec } from '../../domain/projection/stored-cluster-view.ts';
import { replayLog } from '../../domain/replay/replay-log.ts';
import { replaying } from '../../services/replay-beside.ts';
import { openAt, scratchFolder } from '../adapters/sqlite/scratch.ts';
import { generatedAppends } from '../support/logged.ts';
import { must } from '../support/must.ts';

const program = new URL('../../services/replay-part/main.ts', import.meta.url);

const writtenTo = async (path: string, spec: string): Promise<string> => {
  const store = openAt(path);
  for (const append of generatedAppends(spec))
    must(await store.append({ ...append, durability: 'written' })());
  await store.close();
  return path;
};

/**
 * A log that says it were five hundred times as long, so that it is worth a second thread; `alone` counts how often all of it was read, which
 * one thread alone does.
 */
const opened = (t: ExecutionContext, path: string) => {
  const log = must(openSqliteReader(path));
  t.teardown(log.close);
  let alone = 0;
  const long: LogReader = {
    ...log,
    heads: () => log.heads().map((head) => ({ ...head, revision: head.revision * 500 })),
    leanPages: (...from) => {
      alone += 1;
      return log.leanPages(...from);
    },
  };
  return { log, long, alone: () => alone };
};

const replay = (long: LogReader, path: string, to: number, file = program) =>
  replaying((streams, upTo) => replayThread(file, { path, streams, to: upTo }))(long, to);

test('two threads fold what one folds, at any position', async (t) => {
  const path = await writtenTo(join(scratchFolder(t), 'log.db'), 'nodes=8,events=1500,seed=3,era-events=60');
  const { log, long, alone } = opened(t, path);
  const end = log.end()?.position ?? -1;
  for (const to of [0, 700, end]) {
    const [two, one] = [must(await replay(long, path, to)), must(replayLog(log, to))];
    t.is(clusterViewCodec.encode(two.view), clusterViewCodec.encode(one.view), `to ${to}`);
    t.deepEqual(Object.fromEntries(two.hosts), Object.fromEntries(one.hosts));
  }
  t.is(alone(), 0);
});

test('a log that is small is folded by one thread, without another', async (t) => {
  const path = await writtenTo(join(scratchFolder(t), 'log.db'), 'nodes=3,events=200,seed=3');
  const { log } = opened(t, path);
  const never = replaying(() => t.fail() as never);
  t.deepEqual(await never(log, 150), replayLog(log, 150));
});

test('a thread that fails, ends without a word or reads another log changes nothing but time', async (t) => {
  const folder = scratchFolder(t);
  const path = await writtenTo(join(folder, 'log.db'), 'nodes=6,events=800,seed=3');
  const other = await writtenTo(join(folder, 'other.db'), 'nodes=6,events=800,seed=4');
  const { log, long, alone } = opened(t, path);
  const one = replayLog(log, 799);
  for (const text of ['throw new Error("no")', '', 'process.exit(3)']) {
    const file = join(folder, 'thread.mjs');
    writeFileSync(file, text);
    t.deepEqual(await replay(long, path, 799, pathToFileURL(file)), one);
  }
  for (const there of [other, join(folder, 'missing.db')]) t.deepEqual(await replay(long, there, 799), one);
  t.is(alone(), 5);
});

test('an event that cannot be read is named by its position and id, whichever share it is in', async (t) => {
  const folder = scratchFolder(t);
  const path = await writtenTo(join(folder, 'log.db'), 'nodes=6,events=800,seed=3');
  const added = [...opened(t, path).log.leanPages(0)].flat().filter(({ type }) => type === 'PodAdded');
  const ofNodes = new Map(added.map(({ stream, position }) => [stream, position]));
  t.true(ofNodes.size >= 6);
  for (const position of ofNodes.values()) {
    const spoiled = join(folder, `${position}.db`);
    copyFileSync(path, spoiled);
    const db = new DatabaseSync(spoiled);
    db.prepare("UPDATE event SET type = 'PodMoved' WHERE position = ?").run(position);
    db.close();
    const { log, long } = opened(t, spoiled);
    const read = await replay(long, spoiled, 799);
    const cause = { type: 'unknown-event', id: log.at(position)?.id, event: 'PodMoved', version: 3 };
    t.deepEqual(read, E.left({ position, cause }));
  }
});
