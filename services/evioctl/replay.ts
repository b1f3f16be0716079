import { InvalidArgumentError, Option } from 'commander';
import { either as E } from 'fp-ts';
import { type Cidr, parseCidr } from '../../domain/ip/cidr.ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import type { FolderNotEmpty } from '../../domain/port/new-folder.ts';
import { replayFiles } from '../../domain/replay/replay-files.ts';
import type { AskFailure } from '../ask.ts';
import { progress } from '../progress.ts';
import { replaying } from '../replay-beside.ts';
import { type AddCommand, type Context, onLog } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { refuseFailure, unreadableWords } from './on-index.ts';
import { printAnswer } from './print-answer.ts';
import type { Terminal } from './terminal.ts';

type Options = {
  readonly to?: number;
  readonly out: string;
  readonly bridge: string;
  readonly datapathType: 'system' | 'netdev';
  readonly mtu: number;
  readonly masqueradeExclude: ReadonlyArray<Cidr>;
  readonly antiSpoofing: 'on' | 'off';
};

const number = (text: string): number => {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number.');
};

const cidr = (text: string, previous: ReadonlyArray<Cidr>): ReadonlyArray<Cidr> => {
  const parsed = parseCidr(text);
  if (E.isRight(parsed)) return [...previous, parsed.right];
  throw new InvalidArgumentError('a network in CIDR notation, host bits zero.');
};

const refusal = (msg: string, remedy: string): AskFailure => ({ type: 'refused', msg, remedy });

const folderRefusal = (failure: FilesFailure | FolderNotEmpty): AskFailure =>
  failure.type === 'folder-not-empty'
    ? refusal(
        `--out ${failure.path} is not empty: it holds ${failure.holds}`,
        'name a folder that is empty or not there',
      )
    : refusal(
        `--out ${failure.path} cannot be written: ${failure.reason}`,
        'is there space, and may it be written?',
      );

const replay =
  ({ clock, ids, startReplay, writeNewFolder }: Context, options: Options) =>
  async (log: LogReader, terminal: Terminal): Promise<ExitCode> => {
    const last = log.end()?.position ?? -1;
    const to = options.to ?? last;
    if (to > last) {
      const remedy = last < 0 ? 'name a log that has events with --log' : `name a position up to ${last}`;
      return refuseFailure(terminal, refusal(`--to ${to} is behind the end of the log`, remedy));
    }
    const line = progress(terminal, clock, to + 1);
    const replayed = await replaying(startReplay)(log, to, line.tick);
    line.done();
    if (E.isLeft(replayed)) {
      const { position, cause } = replayed.left;
      const msg = `the event at position ${position} ${unreadableWords(cause)}`;
      return refuseFailure(
        terminal,
        refusal(msg, 'run the program that wrote it, or replay to a position before it'),
      );
    }
    const { bridge: name, datapathType, mtu, masqueradeExclude, antiSpoofing, out } = options;
    const files = replayFiles(ids, log.identity, replayed.right, {
      bridge: { name, datapathType, mtu },
      masqueradeExclude,
      antiSpoofing: antiSpoofing === 'on',
    });
    const written = await writeNewFolder(out, files)();
    if (E.isLeft(written)) return refuseFailure(terminal, folderRefusal(written.left));
    printAnswer(terminal, {
      value: { position: to, out, files: written.right },
      words: () => `the state at position ${to} in ${written.right} files in ${out}`,
    });
    return exitCodes.done;
  };

/** `evioctl replay`. */
export const addReplay: AddCommand = (program, context) => {
  program
    .command('replay')
    .description('write the state that follows from the log as canonical JSON, the same bytes everywhere')
    .option(
      '--to <position>',
      'position of the last event that counts; the end of the log when absent',
      number,
    )
    .requiredOption('--out <dir>', 'a folder that is empty or not there')
    .option('--bridge <name>', "the agents' --bridge", 'evio0')
    .addOption(
      new Option('--datapath-type <type>', "the agents' --datapath-type")
        .choices(['system', 'netdev'])
        .default('system'),
    )
    .option('--mtu <bytes>', "the agents' --mtu", number, 1410)
    .option('--masquerade-exclude <cidr>', "the agents' --masquerade-exclude (repeatable)", cidr, [])
    .addOption(
      new Option('--anti-spoofing <on|off>', "the agents' --anti-spoofing")
        .choices(['on', 'off'])
        .default('on'),
    )
    .addHelpText(
      'after',
      `
Leases, allocations and, for each host, what its switch, kernel and firewall should have.

Examples:
  evioctl replay --out /tmp/now
  evioctl replay --to 4711 --out /tmp/then && diff -r /tmp/then /tmp/now`,
    )
    .action((options: Options) => onLog(context, replay(context, options)));
};
