import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Files } from '../../domain/port/files.ts';
import type { Copied, RestoreBackup, Restored, RestoreRefused } from '../../domain/port/log-backup.ts';
import type { LogUnreadable } from '../../domain/port/log-reader.ts';
import { type Drawable, progress } from '../progress.ts';
import { addOptions, parsedOptions } from '../read-options.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { TransactPorts } from '../transact.ts';
import { identifyLog } from './identify-log.ts';
import { ledgerFile, logOption } from './options.ts';
import { printRefused } from './print.ts';
import type { RestoreRecorded } from './record-restore.ts';
import { describeStartFailure, type StartFailure } from './start-failure.ts';
import type { Survey, SurveyLog } from './survey.ts';

type OpenLog = (path: string) => E.Either<StartFailure, TransactPorts>;

export type RestorePorts = {
  readonly files: Pick<Files, 'read'>;
  readonly restoreBackup: RestoreBackup;
  /** The restored log, to write to. */
  readonly openLog: OpenLog;
  readonly surveyOf: (path: string) => SurveyLog;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Where it shows how far it is. */
  readonly line: Drawable;
};

const missing = ({ replaced, end }: Restored): ReadonlyArray<string> => {
  if (replaced === undefined) return ['nothing was there before'];
  const { path, was } = replaced;
  const lost = (was?.end?.position ?? -1) - (end?.position ?? -1);
  const gone =
    was === undefined
      ? 'what was there before cannot be read'
      : lost > 0
        ? `${lost} events that were recorded behind the backup are not in it any more`
        : 'it lacks nothing that was there before';
  return [`${gone}; the log of before is kept: ${path}`];
};

const words = (restored: Restored, { recorded, leftOut }: RestoreRecorded): string =>
  [
    `the log ${restored.logId} is restored: ${restored.path}, epoch ${restored.epoch}, up to position ${restored.end?.position ?? -1}`,
    ...missing(restored),
    ...(recorded.length === 0 ? [] : [`recorded in ${recorded.join(', ')}: LogRestored`]),
    ...(leftOut.length === 0
      ? []
      : [
          `not recorded in ${leftOut.join(', ')}, where minReader is below 5: programs of before would stop at it. No requests are decided there`,
          'until evio-ledger configure has raised it and the server has started again',
        ]),
    'what to do now:',
    '  start the server: evio-ledger allocate on other machines ends, and begins anew when it is started again;',
    '  followers of other programs are to be started anew by hand',
    '  evioctl verify, then a new anchor: older ones name the epoch before',
    "  evioctl leases beside each node's evioctl status: what was leased behind the backup stands in the nodes' own logs only;",
    '  nothing new is leased until then: when no node holds what is not in the list, evio-ledger resume --cluster NAME --reason WHY',
  ].join('\n');

type Outcome = {
  readonly restored: Restored;
  readonly recorded: E.Either<StartFailure | StreamFailure, RestoreRecorded>;
};

const recordIn = async (
  { openLog, surveyOf }: RestorePorts,
  path: string,
  { epoch, end: position }: Survey,
): Promise<E.Either<StartFailure | StreamFailure, RestoreRecorded>> => {
  const opened = openLog(path);
  if (E.isLeft(opened)) return opened;
  const recorded = await identifyLog(opened.right, surveyOf(path), { epoch, position });
  await opened.right.store.close();
  return recorded;
};

const restore = async (
  ports: RestorePorts,
  backup: string,
  log: string,
  anotherLog: boolean,
  copied: Copied,
): Promise<E.Either<RestoreRefused, Outcome>> => {
  const remedy = 'name a file that evio-ledger backup wrote, and that this user may read';
  const held = E.mapLeft((unreadable: LogUnreadable) => ({ ...unreadable, remedy }))(
    ports.surveyOf(backup)(),
  );
  if (E.isLeft(held)) return held;
  const restored = await ports.restoreBackup(backup, log, anotherLog, copied)();
  if (E.isLeft(restored)) return restored;
  const recorded = await recordIn(ports, restored.right.path, held.right);
  return E.right({ restored: restored.right, recorded });
};

type Options = { readonly log: string; readonly anotherLog?: boolean; readonly json?: boolean };

/** `evio-ledger restore`. */
export const addRestore = (program: Command, ports: RestorePorts): void => {
  const command = addOptions(program.command('restore'), [logOption()], ledgerFile)
    .description('put a backup in the place of the log, as a new epoch; the log of before is kept')
    .argument('<file>', 'what evio-ledger backup wrote')
    .option('--another-log', 'even where another log than that of the backup is')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
No server may have the log open. The backup stays as it is. Run it as the user that serves
(sudo -u evio-ledger), or as root: the log keeps its owner.

Examples:
  systemctl stop evio-ledger
  evio-ledger restore /mnt/backup/ledger-2026-11-21.db
  systemctl start evio-ledger`,
    )
    .action(async (file: string) => {
      const {
        log,
        anotherLog = false,
        json = false,
      } = await parsedOptions<Options>(command, ports.files, ledgerFile);
      const shown = progress(ports.line, ports.clock, 0, 'pages copied');
      const done = await restore(ports, file, log, anotherLog, shown.tick);
      shown.done();
      if (E.isLeft(done)) return printRefused(json, done.left);
      const { restored, recorded } = done.right;
      if (E.isLeft(recorded)) {
        const { msg, remedy } = describeStartFailure(recorded.left);
        const reason = `it is restored, but that is not recorded in it yet: ${msg}`;
        return printRefused(json, {
          path: log,
          reason,
          remedy: `${remedy}; the server records it when it starts`,
        });
      }
      const answer = json
        ? JSON.stringify({ ...restored, ...recorded.right })
        : words(restored, recorded.right);
      process.stdout.write(`${answer}\n`);
    });
};
