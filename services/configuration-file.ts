import { type Command, InvalidArgumentError, Option } from 'commander';
import { either as E } from 'fp-ts';
import { withoutPassword } from '../domain/connection-string.ts';
import type { Files } from '../domain/port/files.ts';
import { plain, shown } from '../domain/shown.ts';
import { suggestion } from '../domain/suggestion.ts';
import { agentOptions } from './agent/options.ts';
import { configGenFlags } from './config-gen/options.ts';
import { nodeOptions } from './node-options.ts';

/*
 * One file for the programs of a node: JSON, one key for each option, named as the option is in camel case. What a flag says goes
 * before what the environment says, that before the file, that before the default.
 */

/** A file, and the options that it may name: those of all programs that share it. */
export type ConfigurationFile = { readonly option: () => Option; readonly keys: () => ReadonlyArray<string> };

export const configurationFile = (
  path: string,
  env: string,
  programs: string,
  options: () => ReadonlyArray<Option>,
): ConfigurationFile => ({
  option: () =>
    new Option('--config <file>', `JSON with options of ${programs}; a flag or variable wins`)
      .env(env)
      .default(path),
  keys: () => options().map((option) => option.attributeName()),
});

export const nodeFile = configurationFile(
  '/etc/evio/agent.json',
  'EVIO_CONFIG',
  'evio-agent and evio-config-gen',
  () => [...nodeOptions(''), ...agentOptions(), ...configGenFlags()],
);

/** An option that cannot be taken from the file: key, value and source, and what to do. */
export type ConfigurationFault = { readonly msg: string };

const fault = (path: string, words: string): E.Either<ConfigurationFault, never> =>
  E.left({ msg: `${path}: ${words}` });

const told = (value: unknown): string => shown(typeof value === 'string' ? withoutPassword(value) : value);

const entriesOf = (
  path: string,
  text: string,
): E.Either<ConfigurationFault, ReadonlyArray<readonly [string, unknown]>> => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    // What V8 quotes of the text may be a password.
    return fault(path, `it is not JSON: ${plain(words.replace(/, (\.\.\.)?"[\s\S]*$/, ''))}`);
  }
  return typeof content === 'object' && content !== null && !Array.isArray(content)
    ? E.right(Object.entries(content))
    : fault(path, 'it is not a JSON object: write {"mtu": 1410}');
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** The value as the option's flag would give it, so that both are judged alike. A flag that may be repeated is a list. */
const parsedValue = (option: Option, value: unknown): E.Either<string, unknown> => {
  const { parseArg, defaultValue } = option;
  const given = Array.isArray(defaultValue) && Array.isArray(value) ? value : [value];
  let taken: unknown = Array.isArray(defaultValue) ? [] : undefined;
  for (const one of given) {
    const text = textOf(one);
    if (text === undefined)
      return E.left(
        Array.isArray(defaultValue) ? 'a list of texts is expected.' : 'a text or a number is expected.',
      );
    try {
      taken = parseArg === undefined ? text : parseArg(text, taken);
    } catch (error) {
      if (error instanceof InvalidArgumentError) return E.left(error.message);
      throw error;
    }
  }
  return E.right(taken);
};

const envOf = ({ options }: Command): string =>
  options.find((option) => option.attributeName() === 'config')?.envVar ?? '';

/**
 * Gives the command's options what the file says, where neither flag nor environment said anything. Keys of the other programs are
 * passed over; one that none of them knows is refused, and so is a value that its flag would refuse, also where it would not count.
 * No file under the usual name is fine.
 */
export const configureFrom = async (
  command: Command,
  files: Pick<Files, 'read'>,
  { keys }: Pick<ConfigurationFile, 'keys'>,
): Promise<E.Either<ConfigurationFault, undefined>> => {
  const path = String(command.getOptionValue('config'));
  const read = await files.read(path)();
  if (E.isLeft(read)) return fault(path, read.left.reason);
  if (read.right === undefined)
    return command.getOptionValueSource('config') === 'default'
      ? E.right(undefined)
      : fault(path, `there is no such file: write it, or leave --config (${envOf(command)}) out`);
  const entries = entriesOf(path, read.right);
  if (E.isLeft(entries)) return entries;
  const known = keys();
  for (const [key, value] of entries.right) {
    if (!known.includes(key)) {
      const meant = suggestion(known, key);
      const remedy = meant === undefined ? `there are ${known.join(', ')}` : `did you mean "${meant}"?`;
      return fault(path, `"${plain(key)}" (${told(value)}) is no option: ${remedy}`);
    }
    const option = command.options.find((one) => one.attributeName() === key);
    if (option === undefined) continue;
    const parsed = parsedValue(option, value);
    if (E.isLeft(parsed)) return fault(path, `"${key}" is ${told(value)}: ${parsed.left}`);
    if ([undefined, 'default'].includes(command.getOptionValueSource(key)))
      command.setOptionValueWithSource(key, parsed.right, 'config');
  }
  return E.right(undefined);
};
