import { type Command, Option } from 'commander';
import type { either as E } from 'fp-ts';
import type { Files } from '../../domain/port/files.ts';
import { type ConfigurationFault, configureFrom } from '../configuration-file.ts';
import { ledgerFile, logOption } from '../ledger/options.ts';

/** By these a command finds the credentials as the server does: with the same file, variables and defaults. */
export const addCredentialsOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--credentials <path>', 'the credentials of evio-ledger (default: beside its log)').env(
        'EVIO_LEDGER_CREDENTIALS',
      ),
    )
    .addOption(logOption())
    .addOption(ledgerFile.option());

/** Whether it is one of those, for which `--config` and `--log` are the server's, and not the agent's. */
export const isAboutCredentials = (command: Command): boolean => command.parent?.name() === 'credential';

/** Gives it what the server's file says. What flags say the program has taken, for flags of its own that have the same names. */
export const configureCredentials = (
  program: Command,
  command: Command,
  files: Pick<Files, 'read'>,
): Promise<E.Either<ConfigurationFault, undefined>> => {
  for (const key of ['config', 'log'])
    if (program.getOptionValueSource(key) === 'cli')
      command.setOptionValueWithSource(key, program.getOptionValue(key), 'cli');
  return configureFrom(command, files, ledgerFile);
};
