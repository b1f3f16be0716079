import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { makeFolders } from '../../../adapters/fs/folder.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { openSqliteIndex } from '../../../adapters/sqlite-index/open.ts';
import { remainingOf } from '../../../domain/audit/remaining.ts';
import type { OwnershipIndex } from '../../../domain/port/ownership-index.ts';
import { podsAt } from '../../../domain/projection/ownership-at.ts';
import { whoHad } from '../../../domain/projection/who-had.ts';
import { collect } from '../../contract/event-store/support.ts';
import { audited, recordOf } from '../../support/audited.ts';
import { released } from '../../support/cluster.ts';
import { ip, podAdded, podDeleted } from '../../support/events.ts';
import { openAt, scratchFolder } from '../sqlite/scratch.ts';
import { cluster, host, moment, oneNode, openIndex, openPast, type Told, web, writePast } from './past.ts';

const noon = { at: moment('12:30') };

/** Everything that the tests ask of an index. */
const answers = (index: OwnershipIndex) => ({
  pods: podsAt(index, noon),
  asOf: podsAt(index, { position: 5 }),
  first: whoHad(index, ip('10.244.0.2'), { from: moment('10:00'), to: moment('10:00') }),
  all: whoHad(index, ip('10.244.0.2'), { from: 0, to: moment('23:00') }),
  grants: index.grantsAt(noon),
  steps: index.stepsBack(host('node-1')),
});

/** Opens, asks and closes. */
const look = (t: ExecutionContext, path: string) => {
  const { index, read, close } = openIndex(t, path);
  const answered = answers(index);
  close();
  return { answered, read };
};

const made = async (t: ExecutionContext) => {
  const path = await writePast(join(scratchFolder(t), 'log.db'), ...oneNode);
  return { path, file: `${path}-index`, expected: look(t, path).answered };
};

test('an index is made once, beside its log, readable by its owner alone', async (t) => {
  const { path, file, expected } = await made(t);
  t.is(statSync(file).mode & 0o777, 0o600);
  t.deepEqual(look(t, path), { answered: expected, read: 0 });
});

test('events that came since are read, and no others', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const past = openPast(path);
  const told: ReadonlyArray<Told> = [
    ...oneNode,
    ['13:00', host('node-1'), podDeleted('bbbbbb1', '10.244.0.2')],
    ['12:40', host('node-1'), podAdded('cccccc1', '10.244.0.2', web('web-2'))],
    ['14:00', cluster, released('node-1', '10.244.0.0/24')],
  ];
  for (const [count, one] of told.entries()) {
    await past.tell(one);
    t.is(look(t, path).read, 1, `${count}`);
  }
  await past.close();
  const anew = look(t, await writePast(join(scratchFolder(t), 'log.db'), ...told));
  t.is(anew.read, told.length);
  t.deepEqual(look(t, path), { ...anew, read: 0 });
});

test('a missing, emptied, foreign or garbled index changes nothing', async (t) => {
  const { path, file, expected } = await made(t);
  const sound = readFileSync(file);
  const garbled = Buffer.from(sound);
  garbled.fill(0xaa, 4096);
  const spoil: Readonly<Record<string, () => void>> = {
    missing: () => rmSync(file),
    empty: () => writeFileSync(file, ''),
    'no database': () => writeFileSync(file, 'these are not the pages'),
    'cut in half': () => writeFileSync(file, sound.subarray(0, sound.length / 2)),
    garbled: () => writeFileSync(file, garbled),
    'another database': () => {
      rmSync(file);
      const other = new DatabaseSync(file);
      other.exec('CREATE TABLE state (only INTEGER)');
      other.close();
    },
  };
  for (const [what, how] of Object.entries(spoil)) {
    how();
    t.deepEqual(look(t, path).answered, expected, what);
  }
});

test('a row whose text was altered is noticed when it is read, and the index made anew', async (t) => {
  const { path, file, expected } = await made(t);
  for (const change of [
    "UPDATE allocation SET about = replace(about, 'web-0', 'web-7')",
    "UPDATE given SET about = replace(about, 'node-1', 'node-7')",
    'UPDATE allocation SET checksum = checksum + 1',
  ]) {
    const db = new DatabaseSync(file);
    db.exec(change);
    db.close();
    t.deepEqual(look(t, path).answered, expected, change);
    t.is(look(t, path).read, 0, 'it is sound again');
  }
});

test('the index of another log, of a log that went another way, or of a later one is not believed', async (t) => {
  const { path, file, expected } = await made(t);
  const folder = scratchFolder(t);
  const other = await writePast(join(folder, 'other.db'), ...oneNode.slice(0, 4));
  look(t, other);
  copyFileSync(`${other}-index`, file);
  t.deepEqual(look(t, path).answered, expected, 'swapped');

  const logId = '0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b';
  const [short, long] = [openPast(join(folder, 'short.db'), logId), openPast(join(folder, 'long.db'), logId)];
  await short.tell(...oneNode);
  await long.tell(...oneNode.slice(0, 8), ['12:00', host('node-1'), podDeleted('bbbbbb1', '10.244.0.2')]);
  await long.tell(['12:10', host('node-1'), podAdded('cccccc1', '10.244.0.2', web('web-2'))]);
  await short.close();
  await long.close();
  look(t, join(folder, 'long.db'));
  copyFileSync(join(folder, 'long.db-index'), join(folder, 'short.db-index'));
  t.deepEqual(look(t, join(folder, 'short.db')).answered, expected, 'ahead, and of another way');
});

test('an index that another program brought further than this reader sees is believed', async (t) => {
  const path = join(scratchFolder(t), 'log.db');
  const past = openPast(path);
  await past.tell(...oneNode);
  const early = openSqliteReader(path);
  if (E.isLeft(early)) return t.fail(early.left.reason);
  await past.tell(['13:00', host('node-1'), podDeleted('bbbbbb1', '10.244.0.2')]);
  look(t, path);
  let read = 0;
  const open = openSqliteIndex({
    logPath: path,
    cacheFolder: join(path, '..', 'cache'),
    makeFolders,
    reopenLog: () => openSqliteReader(path),
  });
  const late = open(early.right, (position) => {
    read = position;
  });
  t.true(E.isRight(late));
  t.is(read, 0);
  early.right.close();
  if (E.isRight(late)) late.right.close();
  await past.close();
});

test('an index of another shape is made anew', async (t) => {
  const { path, file, expected } = await made(t);
  const db = new DatabaseSync(file);
  db.exec(`UPDATE state SET shape = '[0]'; DELETE FROM allocation`);
  db.close();
  t.deepEqual(look(t, path).answered, expected);
});

test('where no file can lie beside the log, the index lies in the cache folder, and else nowhere', async (t) => {
  const { path, file, expected } = await made(t);
  rmSync(file);
  // A folder of the index's name keeps every user from making the file, root too.
  const folder = scratchFolder(t);
  const blocked = join(folder, 'none', 'log.db');
  const open = (cacheFolder: string): OwnershipIndex => {
    const log = openSqliteReader(path);
    if (E.isLeft(log)) throw new Error(log.left.reason);
    const index = openSqliteIndex({
      logPath: blocked,
      cacheFolder,
      makeFolders,
      reopenLog: () => openSqliteReader(path),
    })(log.right, () => undefined);
    if (E.isLeft(index)) throw new Error(JSON.stringify(index.left));
    t.teardown(() => {
      index.right.close();
      log.right.close();
    });
    return index.right;
  };
  const cache = join(folder, 'cache');
  const kept = open(cache);
  t.deepEqual(answers(kept), expected);
  t.true(existsSync(join(cache, `${kept.log.logId}-index`)));
  writeFileSync(join(folder, 'file'), '');
  t.deepEqual(answers(open(join(folder, 'file', 'cache'))), expected);
});

test('what was redacted in the log leaves the index too, which says so', async (t) => {
  const { path } = await made(t);
  const store = openAt(path);
  const named = (await collect(store.readAll()))[4];
  if (named === undefined) return t.fail();
  const { stream, events } = audited(undefined, recordOf(named));
  const payloads = events.map((event) => ({ event, remaining: remainingOf(named.payload, ['pod']) }));
  t.like(await store.redact({ stream, expectedRevision: 'no-stream', payloads })(), {
    right: { revision: 0 },
  });
  await store.close();
  const { answered, read } = look(t, path);
  t.is(read, 10 + 1, 'the new event, and then all anew');
  t.is(answered.first.holders[0]?.containerId, 'aaaaaa1');
  t.is(answered.first.holders[0]?.pod, undefined);
  t.true(answered.first.holders[0]?.podRedacted);
  t.false(readFileSync(`${path}-index`).includes('web-0'));
});

test('an event that this program does not know is named, and nothing is said behind it', async (t) => {
  const { path, file } = await made(t);
  const db = new DatabaseSync(path);
  db.exec(`UPDATE event SET type = 'PodTeleported' WHERE position = 6`);
  db.close();
  rmSync(file);
  const log = openSqliteReader(path);
  if (E.isLeft(log)) return t.fail(log.left.reason);
  const opened = openSqliteIndex({
    logPath: path,
    cacheFolder: join(path, '..', 'cache'),
    makeFolders,
    reopenLog: () => openSqliteReader(path),
  })(log.right, () => undefined);
  log.right.close();
  t.like(opened, {
    left: { type: 'unreadable-event', position: 6, cause: { type: 'unknown-event', event: 'PodTeleported' } },
  });
  t.false(existsSync(file));
});
