// Backs up (or, with `restore`, restores) what the first argument names under the name given second, and dies as by kill -9 before the
// so-manieth step that brings something to the disk or gives it a name.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { realClock } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';

const [, , from = '', to = '', what, steps] = process.argv;

let left = Number(steps);
const mortal =
  <Args extends unknown[], Answer>(real: (...args: Args) => Answer) =>
  (...args: Args): Answer => {
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    left -= 1;
    return real(...args);
  };
fs.fsyncSync = mortal(fs.fsyncSync);
fs.linkSync = mortal(fs.linkSync);
fs.renameSync = mortal(fs.renameSync);
syncBuiltinESMExports();

const { backUpSqliteLog } = await import('../../../adapters/sqlite/back-up.ts');
const { restoreSqliteBackup } = await import('../../../adapters/sqlite/restore-backup.ts');
must(await (what === 'restore' ? restoreSqliteBackup(realClock) : backUpSqliteLog)(from, to)());
