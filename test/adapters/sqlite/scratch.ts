import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import type { OpenFailure } from '../../../adapters/sqlite/open-failure.ts';
import type { SqliteStore } from '../../../adapters/sqlite/store.ts';
import type { Clock } from '../../../domain/port/clock.ts';
import { realClock, sha256 } from '../../contract/event-store/support.ts';

/** A folder of this test's own, removed with it. */
export const scratchFolder = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-sqlite-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const tryOpen = (path: string, clock: Clock = realClock): E.Either<OpenFailure, SqliteStore> =>
  openSqliteStore({ path, clock, newLogId: randomUUID, sha256 });

/** Opens the log at this path, and fails the test with the failure's words when it is refused. */
export const openAt = (path: string, clock: Clock = realClock): SqliteStore => {
  const opened = tryOpen(path, clock);
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left));
  return opened.right;
};
