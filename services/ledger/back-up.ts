import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import type { BackedUp, BackUpLog } from '../../domain/port/log-backup.ts';
import { logOption } from './options.ts';
import { printRefused } from './print.ts';

const words = ({ logId, epoch, end, path }: BackedUp): string =>
  [
    end === undefined
      ? `the log ${logId} is empty`
      : `the log ${logId} (epoch ${epoch}) up to position ${end.position}, recorded ${end.recordedAt}, is in ${path}`,
    `evioctl --log ${path} verify checks it`,
  ].join('\n');

/** `evio-ledger backup`. */
export const addBackup = (program: Command, backUp: BackUpLog): void => {
  program
    .command('backup')
    .description('copy the log, as it is at one moment, into a new file; a server may go on writing it')
    .argument('<file>', 'nothing may be there')
    .addOption(logOption())
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Credentials and certificates are not in it. Written by root, it is its folder's owner's.

Examples:
  evio-ledger backup /mnt/backup/ledger-$(date +%F).db`,
    )
    .action(async (file: string, { log, json }: { readonly log: string; readonly json?: boolean }) => {
      const backedUp = await backUp(log, file)();
      if (E.isLeft(backedUp)) printRefused(json === true, backedUp.left);
      else
        process.stdout.write(`${json === true ? JSON.stringify(backedUp.right) : words(backedUp.right)}\n`);
    });
};
