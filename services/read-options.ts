import type { Command, Option } from 'commander';
import { either as E } from 'fp-ts';
import { withoutPassword } from '../domain/connection-string.ts';
import type { Files } from '../domain/port/files.ts';
import { type ConfigurationFile, configureFrom, nodeFile } from './configuration-file.ts';

const sourceWords = (command: Command, option: Option): string => {
  switch (command.getOptionValueSource(option.attributeName())) {
    case 'cli':
      return `flag ${option.long}`;
    case 'env':
      return `environment ${option.envVar}`;
    case 'config':
      return `file ${command.getOptionValue('config')}`;
    default:
      return 'default';
  }
};

const unsecret = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? withoutPassword(value) : value;

/** commander repeats a value that its option refuses. */
const refusedValue = /(?<=(?:argument|value) ')[\s\S]*(?=' (?:is invalid|from env))/;

/** Each option's value and where it came from; of one that was not given and has no default, nothing. */
const configurationWords = (command: Command): string => {
  const rows = command.options
    .filter((option) => option.attributeName() !== 'printConfig')
    .map((option) => [
      option.attributeName(),
      JSON.stringify(command.getOptionValue(option.attributeName()), unsecret) ?? '-',
      sourceWords(command, option),
    ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** Adds to a command its own options, and those by which they are configured. */
export const addOptions = (
  command: Command,
  own: ReadonlyArray<Option>,
  file: ConfigurationFile,
): Command => {
  for (const option of [...own, file.option()]) command.addOption(option);
  command.configureOutput({
    outputError: (text, write) => write(text.replace(refusedValue, withoutPassword)),
  });
  return command.option('--print-config', "show each option's value and where it comes from, and end");
};

/**
 * The options of a command that was parsed, by the one precedence: flag, environment, file, default. What is wrong is said on stderr, and
 * the process ends as the program has it for wrong usage; with `--print-config` it ends with all of it on stdout.
 */
export const parsedOptions = async <Options>(
  command: Command,
  files: Pick<Files, 'read'>,
  file: ConfigurationFile,
): Promise<Options> => {
  const configured = await configureFrom(command, files, file);
  if (E.isLeft(configured)) command.error(`error: ${configured.left.msg}`);
  if (command.getOptionValue('printConfig') === true) {
    process.stdout.write(`${configurationWords(command)}\n`);
    process.exit(0);
  }
  return command.opts() as Options;
};

/** The options of a program of a node that has no commands; what is wrong with them ends it with exit code 2. */
export const readOptions = <Options>(
  command: Command,
  own: ReadonlyArray<Option>,
  files: Pick<Files, 'read'>,
): Promise<Options> => {
  addOptions(command, own, nodeFile)
    // As evioctl and evio-ledger: 1 is a refusal, 2 wrong usage.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse();
  return parsedOptions(command, files, nodeFile);
};
