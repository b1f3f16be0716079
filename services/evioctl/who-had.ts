import { InvalidArgumentError } from 'commander';
import { either as E, function as F } from 'fp-ts';
import { type Checked, refuse } from '../../domain/cluster/violation.ts';
import { type IpAddress, parseAddress } from '../../domain/ip/address.ts';
import type { Period } from '../../domain/projection/ownership-span.ts';
import { type WhoHad, whoHad } from '../../domain/projection/who-had.ts';
import type { WhoHadQuestion } from '../../domain/projection/who-had-question.ts';
import { parseMoment, type Vantage } from '../../domain/time/moment.ts';
import type { AskFailure } from '../ask.ts';
import type { AddCommand, Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { onIndex, refuseFailure } from './on-index.ts';
import { printAnswer } from './print-answer.ts';
import type { Terminal } from './terminal.ts';
import { whoHadWords } from './who-had-words.ts';

type Options = {
  readonly at?: string;
  readonly between?: ReadonlyArray<string>;
};

const addressOf = (text: string): Checked<IpAddress> => {
  const address = parseAddress(text);
  return E.isRight(address)
    ? address
    : refuse(
        'ip',
        text,
        'is not an address',
        'write one without a length, such as 10.244.3.17 or fd00:244::7',
      );
};

const periodOf = ({ at, between }: Options, vantage: Vantage): Checked<Period> => {
  if (between === undefined) {
    return F.pipe(
      parseMoment('at', at ?? 'now', vantage),
      E.map((moment) => ({ from: moment, to: moment })),
    );
  }
  const [first = '', second = ''] = between;
  return F.pipe(
    E.Do,
    E.bind('one', () => parseMoment('between', first, vantage)),
    E.bind('other', () => parseMoment('between', second, vantage)),
    E.map(({ one, other }) => ({ from: Math.min(one, other), to: Math.max(one, other) })),
  );
};

const print = (terminal: Terminal, value: WhoHad, zone: string): ExitCode => {
  printAnswer(terminal, { value, rows: value.holders, words: () => whoHadWords(value, zone) });
  return exitCodes.done;
};

/** By the ledger where it answers such questions, else by the log, whose mirror is brought up to its end before. */
const answer = async (
  context: Context,
  asked: (vantage: Vantage) => Checked<WhoHadQuestion>,
): Promise<void> => {
  const { ledger, terminal, clock, zone } = context;
  const question = asked({ now: Date.parse(clock.now()), zone });
  // An archive that is given lies here, and what is in it no ledger has.
  const asksLedger = E.isRight(question) && context.archives().length === 0;
  const served = asksLedger ? await ledger.whoHad(question.right) : E.right(undefined);
  if (E.isLeft(served)) {
    process.exitCode = refuseFailure(terminal(), served.left);
    return;
  }
  if (served.right !== undefined) {
    process.exitCode = print(terminal(), served.right, zone);
    return;
  }
  const read = E.isRight(question)
    ? await ledger.catchUp()
    : E.left<AskFailure>({ type: 'violations', violations: question.left });
  if (E.isLeft(read)) {
    process.exitCode = refuseFailure(terminal(), read.left);
    return;
  }
  await onIndex(context, ({ index, terminal, vantage }) =>
    E.map(({ address, period }: WhoHadQuestion) =>
      print(terminal, whoHad(index, address, period), vantage.zone),
    )(asked(vantage)),
  );
};

/** Takes both times of `--between`, and no third. */
const twoTimes = (text: string, previous: ReadonlyArray<string> = []): ReadonlyArray<string> => {
  if (previous.length < 2) return [...previous, text];
  throw new InvalidArgumentError('two times, each one argument: quote what has a space.');
};

export const addWhoHad: AddCommand = (program, context) => {
  const command = program
    .command('who-had <ip>')
    .description('which pod, node or subnet an address belonged to, from when to when, by which events')
    .option('--at <time>', 'at this time; now when absent')
    .option('--between <times...>', 'at any time between these two', twoTimes)
    .addHelpText(
      'after',
      `
Times: RFC 3339, "2026-11-17 14:05" in your time zone, "2h ago", 90m, now.

Examples:
  evioctl who-had 10.244.3.17 --at "2026-11-17 14:05"
  evioctl who-had fd00:244::7 --between "2d ago" now`,
    )
    .action((text: string, options: Options) => {
      if (options.between?.length === 1)
        command.error('error: --between wants two times: when from, when to');
      if (options.between !== undefined && options.at !== undefined)
        command.error('error: give --at or --between, not both');
      return answer(context, (vantage) =>
        F.pipe(
          E.Do,
          E.bind('address', () => addressOf(text)),
          E.bind('period', () => periodOf(options, vantage)),
        ),
      );
    });
};
