import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Files } from '../../domain/port/files.ts';
import type { BackedUp, BackUpLog } from '../../domain/port/log-backup.ts';
import { type Drawable, progress } from '../progress.ts';
import { addOptions, parsedOptions } from '../read-options.ts';
import { ledgerFile, logOption } from './options.ts';
import { printRefused } from './print.ts';

const words = ({ logId, epoch, end, path }: BackedUp): string =>
  [
    end === undefined
      ? `the log ${logId} is empty`
      : `the log ${logId} (epoch ${epoch}) up to position ${end.position}, recorded ${end.recordedAt}, is in ${path}`,
    `evioctl --log ${path} verify checks it`,
  ].join('\n');

type BackupPorts = {
  readonly files: Pick<Files, 'read'>;
  readonly backUp: BackUpLog;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Where it shows how far it is. */
  readonly line: Drawable;
};

type Options = { readonly log: string; readonly json?: boolean };

/** `evio-ledger backup`. */
export const addBackup = (program: Command, { files, backUp, clock, line }: BackupPorts): void => {
  const command = addOptions(program.command('backup'), [logOption()], ledgerFile)
    .description('copy the log, as it is at one moment, into a new file; a server may go on writing it')
    .argument('<file>', 'nothing may be there')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Credentials and certificates are not in it. Written by root, it is its folder's owner's.

Examples:
  evio-ledger backup /mnt/backup/ledger-$(date +%F).db`,
    )
    .action(async (file: string) => {
      const { log, json } = await parsedOptions<Options>(command, files, ledgerFile);
      const shown = progress(line, clock, 0, 'pages copied');
      const backedUp = await backUp(log, file, shown.tick)();
      shown.done();
      if (E.isLeft(backedUp)) printRefused(json === true, backedUp.left);
      else
        process.stdout.write(`${json === true ? JSON.stringify(backedUp.right) : words(backedUp.right)}\n`);
    });
};
