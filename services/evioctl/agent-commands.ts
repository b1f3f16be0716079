import { addPastOptions, asksPast, type PastOptions, pastLeases, pastPods } from './at.ts';
import { closeEra, configure, leases, leave, log, pods, status } from './commands.ts';
import type { AddCommand, Context } from './context.ts';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { watching, watchOption } from './watch.ts';

type Run = (agent: ReturnType<Context['agent']>, terminal: Terminal) => Promise<ExitCode>;

/** What is asked of the running agent. */
export const addAgentCommands: AddCommand = (program, context) => {
  const perform = async (run: Run, watch?: number): Promise<void> => {
    const terminal = context.terminal();
    const { timer, isTerminal } = context;
    const show = () => run(context.agent(), terminal);
    process.exitCode = await watching({ timer, terminal, isTerminal }, watch, show);
  };

  program
    .command('status')
    .description('this node at a glance')
    .addOption(watchOption())
    .action(({ watch }: { watch?: number }) => perform(status, watch));

  const leasesCommand = program
    .command('leases')
    .description('which node holds which subnet')
    .addOption(watchOption());
  addPastOptions(leasesCommand, 'leases').action(
    ({ watch, ...past }: { watch?: number } & PastOptions): Promise<void> =>
      asksPast(leasesCommand, past) ? pastLeases(context, past) : perform(leases, watch),
  );

  const podsCommand = program
    .command('pods')
    .description('which attachment holds which address on this node')
    .addOption(watchOption());
  addPastOptions(podsCommand, 'pods').action(
    ({ watch, ...past }: { watch?: number } & PastOptions): Promise<void> =>
      asksPast(podsCommand, past) ? pastPods(context, past) : perform(pods, watch),
  );

  program
    .command('log')
    .description('the recorded events, from a position on')
    .option('--from <position>', 'position of the first event', '0')
    .option('--limit <count>', 'at most this many events, up to 1000', '100')
    .action(({ from, limit }: { from: string; limit: string }) => perform(log(from, limit)));

  program
    .command('configure')
    .description('say which addresses the cluster has; refused when nodes already use others')
    .requiredOption('--pod-cidr <cidr...>', 'pod overlay, one per family (10.244.0.0/16 fd00:244::/48)')
    .requiredOption(
      '--node-bits <bits...>',
      'bits that number the nodes, in the order of --pod-cidr (8: 256 nodes)',
    )
    .requiredOption('--host-cidr <cidr>', 'host overlay, one address per node (10.10.0.0/16)')
    .option('--quarantine <duration>', 'from the release of a subnet until it may be leased again', '24h')
    .option(
      '--min-reader <generation>',
      'oldest programs that still read this cluster: newer events are written once all can read them',
    )
    .action(
      (options: {
        podCidr: string[];
        nodeBits: string[];
        hostCidr: string;
        quarantine: string;
        minReader?: string;
      }) =>
        perform(
          configure({
            podCidr: options.podCidr,
            nodeBits: options.nodeBits,
            hostCidr: options.hostCidr,
            quarantine: options.quarantine,
            minReader: options.minReader,
          }),
        ),
    );

  program
    .command('leave')
    .description('take no new pods, and give the lease back when the last one is gone')
    .action(() => perform(leave));

  program
    .command('era')
    .description("the streams in which this node's life is written")
    .command('close')
    .description('end the present stream and go on in a new one: what is closed can be archived')
    .action(() => perform(closeEra));
};
