import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Command } from 'commander';
import { either as E } from 'fp-ts';
import { files } from '../../../adapters/fs/files.ts';
import { backUpSqliteLog } from '../../../adapters/sqlite/back-up.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { restoreSqliteBackup } from '../../../adapters/sqlite/restore-backup.ts';
import { ids } from '../../../adapters/system/ids.ts';
import { addBackup } from '../../../services/ledger/back-up.ts';
import { addRestore } from '../../../services/ledger/restore.ts';
import { surveyOf } from '../../../services/ledger/survey.ts';
import { openAt, scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { append, event, realClock, sha256, upTo } from '../../contract/event-store/support.ts';

/** A log of 14 MB, some 3,500 pages: they are copied in four lots. */
const makeLog = async (path: string): Promise<void> => {
  const store = openAt(path);
  const payload = JSON.stringify({ filler: 'x'.repeat(500_000) });
  for (const index of upTo(28))
    await append(store, { stream: `s-${index}`, expectedRevision: 'no-stream', events: [event(payload)] });
  await store.close();
};

/** Runs a command on a clock on which two seconds go by whenever it is asked, and gives the lines that it drew. */
const drawnBy = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const lines: string[] = [];
  let now = 0;
  const shownOn = {
    clock: {
      monotonicMs: () => {
        now += 2000;
        return now;
      },
    },
    line: { draw: (text: string) => lines.push(text) },
  };
  const program = new Command();
  addBackup(program, { files, backUp: backUpSqliteLog, ...shownOn });
  addRestore(program, {
    files,
    ...shownOn,
    restoreBackup: restoreSqliteBackup(realClock),
    openLog: (path) => E.right({ store: openAt(path), clock: realClock, ids, sha256 }),
    surveyOf: surveyOf(openSqliteReader),
  });
  await program.parseAsync(args, { from: 'user' });
  return lines;
};

const tellsPages = (t: ExecutionContext, lines: ReadonlyArray<string>): void => {
  t.is(lines.at(-1), '');
  const count = (text = '') => Number(text.replaceAll(',', ''));
  const counts = lines.slice(0, -1).map((line) => {
    const match = /^([\d,]+) of ([\d,]+) pages copied {2}\d+ %$/.exec(line);
    return [count(match?.[1]), count(match?.[2])] as const;
  });
  t.true(counts.length > 1);
  for (const [index, [done, of]] of counts.entries()) {
    t.true(done > (counts[index - 1]?.[0] ?? 0) && done < of, lines[index]);
    t.is(counts[0]?.[1], of);
  }
};

test('backup and restore show how many pages are copied, of all, and clear the line', async (t) => {
  const folder = scratchFolder(t);
  const [log, backup] = [join(folder, 'ledger.db'), join(folder, 'backup.db')];
  await makeLog(log);
  tellsPages(t, await drawnBy('backup', backup, '--log', log, '--json'));
  tellsPages(t, await drawnBy('restore', backup, '--log', log, '--json'));
});
