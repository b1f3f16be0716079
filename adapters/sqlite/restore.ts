import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { either as E, function as F } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { LogIdentity } from '../../domain/port/event-store.ts';
import type { LoggedEvent } from '../../domain/port/log-reader.ts';
import type { RestoreFailure, RestoreLog, Restoring } from '../../domain/port/log-restore.ts';
import { prepareAppends } from './append-statements.ts';
import { isDigest, isUuid } from './bytes.ts';
import { beginTables, commitTables, giveName } from './create.ts';
import { inspect } from './inspect.ts';
import { locate } from './locate.ts';
import { createOwned } from './owner.ts';
import { reasonOf } from './reason.ts';

/**
 * A new log with the events, ids, hashes, positions and stamps of another. It is built under another name in one transaction,
 * and gets its own when it is whole and on disk.
 */
export const restoreSqliteLog =
  (clock: Clock): RestoreLog =>
  (named, identity) =>
    F.pipe(
      locate(named),
      E.mapLeft((failure) =>
        refused(
          named,
          failure.type === 'folder-missing' ? `there is no folder ${failure.folder}` : 'it is not a file',
          'name a file that is not there yet, in a folder that is',
        ),
      ),
      E.tap(nothingThere),
      E.flatMap((path) =>
        E.tryCatch(
          () => begin(path, identity, clock.now()),
          (error) => refused(path, reasonOf(error, path), 'is there space, and may it be written?'),
        ),
      ),
    );

const refused = (path: string, reason: string, remedy: string): RestoreFailure => ({
  type: 'log-not-restored',
  path,
  reason,
  remedy,
});

const nothingThere = (path: string): E.Either<RestoreFailure, undefined> => {
  const found = inspect(path, undefined);
  const remedy = 'name a file that is not there yet: nothing is ever replaced';
  if (E.isLeft(found)) {
    const { left } = found;
    return E.left(refused(path, 'reason' in left ? left.reason : 'something is there', remedy));
  }
  return found.right === undefined
    ? E.right(undefined)
    : E.left(refused(path, `the log ${found.right.logId} is there`, remedy));
};

const begin = (path: string, identity: LogIdentity, created: string): Restoring => {
  const building = `${path}-restoring`;
  const clear = (): void => {
    for (const left of [building, `${building}-journal`, `${building}-wal`, `${building}-shm`])
      rmSync(left, { force: true });
  };
  clear();
  createOwned(building, path);
  let db: DatabaseSync;
  try {
    db = beginTables(building, identity, created);
  } catch (error) {
    clear();
    throw error;
  }
  const statements = prepareAppends(db);
  const streams = new Map<string, number>();
  const attempt = (act: () => void): E.Either<RestoreFailure, undefined> =>
    E.tryCatch(
      () => void act(),
      (error) => refused(path, reasonOf(error, path), 'is there space, and is the name still free?'),
    );
  const write = (event: LoggedEvent): void => {
    if (!isUuid(event.id)) throw new Error(`the event id ${event.id} is not a lower-case UUID`);
    if (!isDigest(event.hash)) throw new Error(`the hash ${event.hash} is not 64 hexadecimal digits`);
    const key = streams.get(event.stream) ?? statements.addStream(event.stream);
    streams.set(event.stream, key);
    statements.addEvent(event, event, key, event.revision);
  };
  return {
    add: (event) => attempt(() => write(event)),
    finish: () =>
      attempt(() => {
        try {
          commitTables(db);
          db.close();
          giveName(building, path);
        } finally {
          clear();
        }
      }),
    abandon: () => {
      if (db.isOpen) db.close();
      clear();
    },
  };
};
