import { type Command, Option } from 'commander';
import { either as E } from 'fp-ts';
import { parseConfiguration } from '../../domain/cluster/configuration.ts';
import type { ClusterName } from '../../domain/identity/cluster-name.ts';
import { type AskFailure, ask } from '../ask.ts';
import {
  type ConfigureAnswer,
  type ConfigureOptions,
  configureOptions,
  configureWords,
  wantedConfiguration,
} from '../configure-options.ts';
import { clusterName } from '../node-options.ts';
import { show } from './commands.ts';
import type { AddCommand, Context } from './context.ts';
import { decideInLedger } from './decide.ts';
import { isGiven } from './on-ledger.ts';

type Options = ConfigureOptions & { readonly cluster?: ClusterName };

/** In the log that `--ledger` names, or through the agent of this machine, which judges what is wanted by itself. */
const configure = async (
  context: Context,
  options: Options,
): Promise<E.Either<AskFailure, ConfigureAnswer>> => {
  const wanted = wantedConfiguration(options);
  if (!isGiven(context.ledger)) return ask(context.agent(), 'POST', '/v1/configure', wanted);
  const configuration = parseConfiguration(wanted);
  if (E.isLeft(configuration)) return E.left({ type: 'violations', violations: configuration.left });
  const decided = await decideInLedger(context, options.cluster, {
    type: 'configure',
    ...configuration.right,
  });
  return E.map((events: ReadonlyArray<unknown>) => ({
    changed: events.length > 0,
    configuration: configuration.right,
  }))(decided);
};

export const addConfigure: AddCommand = (program, context) => {
  const configuring = program
    .command('configure')
    .description('say which addresses the cluster has; refused where what nodes have would have no place')
    .addOption(
      new Option('--cluster <name>', 'which cluster of the log that --ledger names (default: evio)')
        .env('EVIO_CLUSTER')
        .argParser(clusterName),
    )
    .addHelpText(
      'after',
      `
With --ledger the credential is an operator's or an allocator's, and a cluster that the log does not have yet is named with
--cluster; a ledger that says nothing is given up as by revoke.

Examples:
  evioctl configure --pod-cidr 10.244.0.0/16 --node-bits 8 --host-cidr 10.10.0.0/16
  evioctl configure --pod-cidr 10.244.0.0/16 fd00:244::/48 --node-bits 8 16 --host-cidr 10.10.0.0/16`,
    );
  for (const option of configureOptions()) configuring.addOption(option);
  configuring.action(async (options: Options, command: Command) => {
    if (command.getOptionValueSource('cluster') === 'cli' && !isGiven(context.ledger))
      command.error('error: --cluster belongs to --ledger: the agent of this machine configures its own');
    process.exitCode = show(context.terminal(), await configure(context, options), configureWords);
  });
};
