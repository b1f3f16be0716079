import { either as E } from 'fp-ts';
import { parseConfiguration, type WantedConfiguration } from '../../domain/cluster/configuration.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import type { Checked } from '../../domain/cluster/violation.ts';
import { decodeEvent } from '../../domain/event.ts';
import { historyEvents } from '../../domain/generate/history-events.ts';
import { parseHistorySpec } from '../../domain/generate/spec.ts';
import { simulatePlan } from '../../domain/plan/simulate-plan.ts';
import type { LeanEvent, LogReader } from '../../domain/port/log-reader.ts';
import { progress } from '../progress.ts';
import { type AddCommand, type Context, onLog } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { refuseFailure, unreadableWords } from './on-index.ts';
import { planWords } from './plan-words.ts';
import { printAnswer } from './print-answer.ts';
import type { Terminal } from './terminal.ts';

type Options = {
  readonly podCidr: ReadonlyArray<string>;
  readonly nodeBits: ReadonlyArray<string>;
  readonly hostCidr?: string;
  readonly quarantine?: string;
  readonly generate?: string;
};

type History = {
  readonly pages: Iterable<ReadonlyArray<LeanEvent>>;
  readonly events: number;
  /** What it was made under: the plan's, where it says nothing else. */
  readonly made: Pick<WantedConfiguration, 'hostCidr' | 'quarantineSeconds'> | undefined;
};

const decode = decodeEvent(clusterEvents);

/** The cluster's own configuration is its stream's first event. */
const madeUnder = (log: LogReader): History['made'] => {
  const stream = log.heads().find((head) => head.stream.startsWith('cluster-'))?.stream;
  for (const [first] of stream === undefined ? [] : log.streamPages(stream, 0)) {
    const decoded = first && decode(first);
    if (decoded !== undefined && E.isRight(decoded) && decoded.right.event.type === 'ClusterConfigured')
      return decoded.right.event;
    return undefined;
  }
  return undefined;
};

const plan = (
  { clock }: Context,
  { podCidr, nodeBits, hostCidr, quarantine }: Options,
  { pages, events, made }: History,
  terminal: Terminal,
): ExitCode => {
  const configuration = parseConfiguration({
    podCidr,
    nodeBits,
    hostCidr: hostCidr ?? made?.hostCidr,
    quarantine: quarantine ?? made?.quarantineSeconds,
  });
  if (E.isLeft(configuration))
    return refuseFailure(terminal, { type: 'violations', violations: configuration.left });
  const line = progress(terminal, clock, events);
  const simulated = simulatePlan(configuration.right, pages, line.tick);
  line.done();
  if (E.isLeft(simulated)) {
    const { position, cause } = simulated.left;
    const msg = `the event at position ${position} ${unreadableWords(cause)}`;
    return refuseFailure(terminal, { type: 'refused', msg, remedy: 'run the program that wrote it' });
  }
  const { right: value } = simulated;
  printAnswer(terminal, { value, words: () => planWords(value) });
  return exitCodes.done;
};

const generated = ({ sha256, ids }: Context, text: string): Checked<History> =>
  E.map((spec: Parameters<typeof historyEvents>[0]) => ({
    pages: historyEvents(spec, { sha256, ids }),
    events: spec.events,
    made: spec.configuration,
  }))(parseHistorySpec(text));

/** `evioctl simulate-plan`. */
export const addSimulatePlan: AddCommand = (program, context) => {
  program
    .command('simulate-plan')
    .description('play a history against another configuration: when and where would it have run out?')
    .requiredOption('--pod-cidr <cidr...>', 'pod overlay, one per family')
    .requiredOption('--node-bits <bits...>', 'bits that number the nodes, in the order of --pod-cidr')
    .option('--host-cidr <cidr>', "host overlay; the history's own when absent")
    .option('--quarantine <duration>', "of released subnets; the history's own when absent")
    .option('--generate <spec>', 'a made-up history in place of the log: nodes=1000,events=1000000,seed=7')
    .addHelpText(
      'after',
      `
Examples:
  evioctl simulate-plan --pod-cidr 10.244.0.0/16 --node-bits 11
  evioctl simulate-plan --pod-cidr 10.244.0.0/20 --node-bits 6 --generate nodes=60,events=50000,seed=1`,
    )
    .action((options: Options) => {
      if (options.generate === undefined)
        return onLog(context, async (log, terminal) => {
          const events = (log.end()?.position ?? -1) + 1;
          return plan(context, options, { pages: log.leanPages(0), events, made: madeUnder(log) }, terminal);
        });
      const terminal = context.terminal();
      const history = generated(context, options.generate);
      process.exitCode = E.isLeft(history)
        ? refuseFailure(terminal, { type: 'violations', violations: history.left })
        : plan(context, options, history.right, terminal);
      return undefined;
    });
};
