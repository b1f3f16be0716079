import { addPastOptions, asksPast, type PastOptions, pastLeases, pastPods } from './at.ts';
import { type AskLog, askAgentLog, closeEra, growingLog, leases, log, pods, status } from './commands.ts';
import type { AddCommand, Context } from './context.ts';
import type { ExitCode } from './exit-code.ts';
import { type AskPast, isGiven, latest, withNews } from './on-ledger.ts';
import { readLog } from './read-log.ts';
import type { Terminal } from './terminal.ts';
import { type Watched, watching, watchOption } from './watch.ts';

type Show = (terminal: Terminal) => Promise<ExitCode>;
type Run = (agent: ReturnType<Context['agent']>, terminal: Terminal) => Promise<ExitCode>;

/** What is asked of the running agent. */
export const addAgentCommands: AddCommand = (program, context) => {
  const show = async (run: Show, watch?: number, watched: Watched = 'state'): Promise<void> => {
    const { timer, isTerminal } = context;
    process.exitCode = await watching(
      { timer, terminal: context.terminal(), isTerminal },
      watch,
      watched,
      run,
    );
  };

  const perform = (run: Run, watch?: number): Promise<void> =>
    show((terminal) => run(context.agent(), terminal), watch);

  /** By the log that `--ledger` names, or by the agent. */
  const performOn = (past: AskPast, run: Run, watch?: number): Promise<void> =>
    isGiven(context.ledger)
      ? show(
          withNews(context, (terminal) => latest(context, terminal, past)),
          watch,
        )
      : perform(run, watch);

  program
    .command('status')
    .description('this node at a glance')
    .addOption(watchOption())
    .addHelpText(
      'after',
      `
Examples:
  evioctl status --watch
  evioctl status --json | jq -e .ready`,
    )
    .action(({ watch }: { watch?: number }) => perform(status, watch));

  const leasesCommand = program
    .command('leases')
    .description('which node holds which subnet')
    .addOption(watchOption());
  addPastOptions(leasesCommand, 'leases').action(
    ({ watch, ...past }: { watch?: number } & PastOptions): Promise<void> =>
      asksPast(leasesCommand, past, watch) ? pastLeases(context, past) : performOn(pastLeases, leases, watch),
  );

  const podsCommand = program
    .command('pods')
    .description('which attachment holds which address on this node')
    .addOption(watchOption());
  addPastOptions(podsCommand, 'pods').action(
    ({ watch, ...past }: { watch?: number } & PastOptions): Promise<void> =>
      asksPast(podsCommand, past, watch) ? pastPods(context, past) : performOn(pastPods, pods, watch),
  );

  program
    .command('log')
    .description('the recorded events, from a position on')
    .option('--from <position>', 'position of the first event', '0')
    .option('--limit <count>', 'at most this many events, up to 1000', '100')
    .addOption(watchOption())
    .addHelpText(
      'after',
      `
With --watch it goes on behind the last event there is, --limit events at a time.

Examples:
  evioctl log --from 120 --limit 20
  evioctl log --watch --ndjson | jq -r 'select(.type == "PodAdded").payload.addresses[].address'`,
    )
    .action(({ from, limit, watch }: { from: string; limit: string; watch?: number }) => {
      const askLog: AskLog = isGiven(context.ledger)
        ? (...page) => readLog(context, ...page)
        : (...page) => askAgentLog(context.agent())(...page);
      return watch === undefined
        ? show(log(askLog, from, limit))
        : show(withNews(context, growingLog(askLog, from, limit)), watch, 'growth');
    });

  program
    .command('era')
    .description("the streams in which this node's life is written")
    .command('close')
    .description('end the present stream and go on in a new one: what is closed can be archived')
    .addHelpText(
      'after',
      `
Examples:
  evioctl era close && evioctl archive --out /mnt/audit --drop`,
    )
    .action(() => perform(closeEra));
};
