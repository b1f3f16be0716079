import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import type { LogAddress } from '../../domain/connection-string.ts';
import type { AskFailure } from '../ask.ts';
import type { Ledger } from './ledger.ts';

/** What the log alone answers: a mirror of it answers the same. */
const readers: ReadonlyArray<string> = [
  'leases',
  'pods',
  'log',
  'verify',
  'anchor',
  'who-had',
  'history',
  'diff',
  'replay',
  'export',
  'simulate-plan',
  'archive',
];

/** What asks the ledger itself first, and reads the log when that does not answer. */
const askers: ReadonlyArray<string> = ['who-had'];

/** What is written into the log itself, wherever it is. */
const writers: ReadonlyArray<string> = ['configure', 'revoke', 'attest'];

/** `import host-local` of the program's own words. */
const namesOf = (command: Command): ReadonlyArray<string> =>
  command.parent === null ? [] : [...namesOf(command.parent), command.name()];

/**
 * Why a command will not do for what `--ledger` names; `undefined`: it will. What asks an agent, or writes to a log in place, does so on
 * this machine.
 */
const unfitFor = (address: LogAddress | undefined, command: Command): AskFailure | undefined => {
  const names = namesOf(command);
  if (address?.store !== 'esdb' || names[0] === 'complete') return undefined;
  const drops = command.opts<{ drop?: boolean }>().drop === true;
  const [name = ''] = names;
  if (writers.includes(name) || (readers.includes(name) && !drops)) return undefined;
  return {
    type: 'refused',
    msg: `${names.join(' ')}${drops ? ' --drop' : ''} works on this machine, and --ledger names a log on another: nothing was done`,
    remedy: 'run it on the machine that it is for, without --ledger and EVIO_LEDGER',
  };
};

/** Before a command runs: what `--ledger` names is right for it, and of a log on another machine all is here that it reads. */
export const readyFor = async (
  ledger: Ledger,
  command: Command,
): Promise<E.Either<AskFailure, undefined>> => {
  const address = ledger.address();
  if (E.isLeft(address)) return E.left({ type: 'violations', violations: address.left });
  const unfit = unfitFor(address.right, command);
  if (unfit !== undefined) return E.left(unfit);
  const [name = ''] = namesOf(command);
  return writers.includes(name) || askers.includes(name) ? E.right(undefined) : ledger.catchUp();
};
