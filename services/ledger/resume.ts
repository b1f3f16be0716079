import type { Command } from 'commander';
import { either as E } from 'fp-ts';
import { reason } from '../node-options.ts';
import { type Commanded, type CommandPorts, commandCluster } from './command-cluster.ts';
import { commandedOptions } from './options.ts';
import { printFailed } from './print.ts';

type Options = Commanded & { readonly reason: string; readonly json?: boolean };

const resume = async (
  ports: CommandPorts,
  { reason: why, json = false, ...where }: Options,
): Promise<void> => {
  const { cluster } = where;
  const decided = await commandCluster(ports, where, { type: 'resume', reason: why });
  if (E.isLeft(decided)) return printFailed(json, decided.left);
  const resumed = decided.right.length > 0;
  const words = resumed
    ? `leasing in ${cluster} goes on; nodes that were refused meanwhile ask again`
    : `leasing in ${cluster} is not paused`;
  process.stdout.write(`${json ? JSON.stringify({ cluster, resumed }) : words}\n`);
};

/** `evio-ledger resume`. */
export const addResume = (program: Command, ports: CommandPorts): void => {
  const command = program
    .command('resume')
    .description('let a cluster lease again whose log was restored from a backup')
    .requiredOption(
      '--reason <text>',
      'why nobody can hold what the log does not know; it stays in the log',
      reason,
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Nodes that joined behind the backup hold subnets that look free in it. Compare evioctl leases with evioctl status on every
node first, those that are switched off too. Without --ledger no server may have the log open.

Examples:
  evio-ledger resume --cluster evio --reason "all 12 nodes are in evioctl leases"
  evio-ledger resume --ledger esdb://admin:PASSWORD@ledger.example:2113 --reason "n7, which is not, was scrapped"`,
    );
  for (const option of commandedOptions()) command.addOption(option);
  command.action((options: Options) => resume(ports, options));
};
