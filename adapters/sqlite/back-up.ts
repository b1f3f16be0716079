import { lstatSync } from 'node:fs';
import { either as E } from 'fp-ts';
import type { BackUpLog, NotBackedUp } from '../../domain/port/log-backup.ts';
import { clear, copyLog, finishCopy, lookAt } from './copy-log.ts';
import { giveName } from './create.ts';
import { locate } from './locate.ts';
import { openSqliteReader } from './open-reader.ts';
import { reasonOf } from './reason.ts';

const refused = (path: string, reason: string, remedy: string): E.Either<NotBackedUp, never> =>
  E.left({ type: 'log-not-backed-up', path, reason, remedy });

/**
 * A backup of a log of ours, by SQLite's own online backup. It is built under another name, looked at page by page, and gets its own when it
 * is whole and on disk; a file that has that name is never touched.
 */
export const backUpSqliteLog: BackUpLog = (named, into, copied) => async () => {
  const opened = openSqliteReader(named);
  if (E.isLeft(opened)) return opened;
  opened.right.close();
  const from = locate(named);
  const to = locate(into);
  const free = 'name a file that is not there yet, in a folder that is';
  if (E.isLeft(from) || E.isLeft(to)) return refused(into, 'no file can be made there', free);
  const path = to.right;
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    return refused(path, 'something is there already, and nothing is ever replaced', free);
  const building = `${path}-backing-up`;
  try {
    clear(building);
    await copyLog(from.right, building, path, copied);
    finishCopy(building);
    const seen = lookAt(building);
    if (E.isLeft(seen)) return refused(path, `the copy is not sound: ${seen.left.reason}`, seen.left.remedy);
    giveName(building, path);
    return E.right({ ...seen.right, path });
  } catch (error) {
    return refused(
      path,
      reasonOf(error, path),
      'is there space, may it be written, and is the name still free?',
    );
  } finally {
    clear(building);
  }
};
