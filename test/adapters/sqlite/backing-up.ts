// Backs up the log named first under the name given second, or restores it there when the third argument says so.
import { backUpSqliteLog } from '../../../adapters/sqlite/back-up.ts';
import { restoreSqliteBackup } from '../../../adapters/sqlite/restore-backup.ts';
import { realClock } from '../../contract/event-store/support.ts';
import { must } from '../../support/must.ts';

const [, , from = '', to = '', restoring] = process.argv;
process.send?.('begun');
must(
  await (restoring === undefined ? backUpSqliteLog(from, to) : restoreSqliteBackup(realClock)(from, to))(),
);
