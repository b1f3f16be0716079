import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import { parseConfiguration } from '../../domain/cluster/configuration.ts';
import { describeViolation } from '../../domain/cluster/violation.ts';
import {
  type ConfigureOptions,
  configureOptions,
  configureWords,
  wantedConfiguration,
} from '../configure-options.ts';
import { type Commanded, type CommandPorts, commandCluster } from './command-cluster.ts';
import { commandedOptions } from './options.ts';
import { printFailed } from './print.ts';

type Options = Commanded & ConfigureOptions & { readonly json?: boolean };

const configure = async (ports: CommandPorts, options: Options): Promise<void> => {
  const { json = false, log, ledger, cluster } = options;
  const wanted = parseConfiguration(wantedConfiguration(options));
  if (E.isLeft(wanted))
    return printFailed(json, {
      msg: wanted.left.map(describeViolation).join('\n       '),
      remedy: 'nothing was changed',
    });
  const where = { log, cluster, ...(ledger && { ledger }) };
  const decided = await commandCluster(ports, where, { type: 'configure', ...wanted.right });
  if (E.isLeft(decided)) return printFailed(json, decided.left);
  const answer = { changed: decided.right.length > 0, configuration: wanted.right };
  process.stdout.write(`${json ? JSON.stringify(answer) : configureWords(answer)}\n`);
};

/** `evio-ledger configure`. */
export const addConfigure = (program: Command, ports: CommandPorts): void => {
  const command = program
    .command('configure')
    .description(
      'say which addresses a cluster of this log has; refused where what nodes have would have no place',
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Without --ledger no server may have the log open; over --ledger the credential is an operator's or an allocator's.

Examples:
  evio-ledger configure --cluster evio --pod-cidr 10.244.0.0/16 --node-bits 8 --host-cidr 10.10.0.0/16`,
    );
  for (const option of [...configureOptions(), ...commandedOptions()]) command.addOption(option);
  command.action((options: Options) => configure(ports, options));
};
