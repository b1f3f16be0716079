import { either as E } from 'fp-ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import { describeStartFailure } from '../agent/start-failure.ts';
import { type AskFailure, ask, patienceWithLogMs } from '../ask.ts';
import { fileCheckpoint } from '../checkpoint.ts';
import { dropArchivedEra } from '../drop-era.ts';
import { progress } from '../progress.ts';
import { type AddCommand, type Context, onLog } from './context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure, type Terminal } from './terminal.ts';
import { whileAwaited } from './while-awaited.ts';
import { closedEras, type Written, writeArchives } from './write-archive.ts';

type Options = { readonly out: string; readonly drop?: true };

type Dropping = Pick<Context, 'agent' | 'openLogToWrite' | 'logPath' | 'files'>;

/** Without an agent the log is free: it is opened under its lock, as the agent would. */
const dropAlone = async (context: Dropping, era: Written): Promise<E.Either<AskFailure, unknown>> => {
  const opened = context.openLogToWrite();
  if (E.isLeft(opened)) return E.left({ type: 'refused', ...describeStartFailure(opened.left) });
  const store = opened.right;
  try {
    const folder = context.logPath().replace(/[^/]*$/, '');
    const allocator = fileCheckpoint(context.files, `${folder}allocator.position`);
    const dropped = await dropArchivedEra(store, store.dropEra, allocator, era, era.audited);
    if (E.isRight(dropped)) return dropped;
    const msg = `the era ${era.stream} was not dropped: ${dropped.left.reason}`;
    return E.left({ type: 'refused', msg, remedy: `its archive is ${era.path}; the log was left as it is` });
  } finally {
    await store.close();
  }
};

const drop = async (context: Dropping, era: Written): Promise<E.Either<AskFailure, unknown>> => {
  const { stream, revision, hash, archive, audited } = era;
  const wanted = { stream, revision, hash, archive, audited };
  const asked = await ask(context.agent(), 'POST', '/v1/drop-era', wanted, patienceWithLogMs);
  return E.isLeft(asked) && asked.left.type === 'no-agent' ? dropAlone(context, era) : asked;
};

const bringUpIndex = (context: Context, terminal: Terminal, log: LogReader): void => {
  const shown = progress(terminal, context.clock, (log.end()?.position ?? -1) + 1, 'events indexed');
  const index = context.openIndex(log, shown.tick);
  shown.done();
  if (E.isRight(index)) index.right.close();
};

/** Takes these eras out of the log, in order; on a terminal it shows how far it is. The first that is not dropped ends it. */
export const dropAll = async (
  context: Dropping & Pick<Context, 'clock' | 'timer'>,
  terminal: Terminal,
  eras: ReadonlyArray<Written>,
): Promise<E.Either<AskFailure, undefined>> => {
  const shown = progress(terminal, context.clock, eras.length, 'eras dropped');
  try {
    for (const [done, era] of eras.entries()) {
      shown.tick(done);
      const dropped = await whileAwaited(context.timer, drop(context, era), () => {
        shown.tick(done);
        return true;
      });
      if (E.isLeft(dropped)) return dropped;
    }
    return E.right(undefined);
  } finally {
    shown.done();
  }
};

type Archived = Pick<Written, 'path' | 'events'> & { readonly dropped: boolean };

const archiveWords = (archives: ReadonlyArray<Archived>): string =>
  archives.length === 0
    ? 'no closed era is in the log'
    : archives
        .map(
          ({ path, events, dropped }) =>
            `${events} events in ${path}${dropped ? ', and not in the log any more' : ''}`,
        )
        .join('\n');

const archive = async (context: Context, options: Options): Promise<ExitCode> => {
  const terminal = context.terminal();
  const refuse = (failure: AskFailure): ExitCode => {
    printFailure(terminal, failure);
    return exitCodeOf(failure);
  };
  let written: ReadonlyArray<Written> | undefined;
  await onLog(context, async (log) => {
    const done = await writeArchives(context, terminal, log, options.out, closedEras(log));
    if (E.isLeft(done)) return refuse(done.left);
    // What the index knows of an era it still knows when the era is gone, until a redaction has it made anew.
    if (options.drop === true) bringUpIndex(context, terminal, log);
    written = done.right;
    return exitCodes.done;
  });
  if (written === undefined) return exitCodes.refused;
  // The log is closed behind its reading: an open reader would keep its room from being given back.
  if (options.drop === true) {
    const dropped = await dropAll(context, terminal, written);
    if (E.isLeft(dropped)) return refuse(dropped.left);
  }
  const archives = written.map(({ stream, path, events, archive: sha256 }) => ({
    stream,
    path,
    events,
    sha256,
    dropped: options.drop === true,
  }));
  printAnswer(terminal, { value: { archives }, rows: archives, words: () => archiveWords(archives) });
  return exitCodes.done;
};

/** `evioctl archive`. */
export const addArchive: AddCommand = (program, context) => {
  program
    .command('archive')
    .description('write each closed era of the log to a file of its own')
    .requiredOption(
      '--out <dir>',
      'a folder that is there; a file that is there already is verified, and left',
    )
    .option('--drop', 'then take what was written and read back out of the log, so that it needs less room')
    .addHelpText(
      'after',
      `
Keep the files: verify and questions about the time before need them, with --archive FILE. With one host the log is the only other
copy of its eras.

Examples:
  evioctl archive --out /mnt/audit
  evioctl archive --out /mnt/audit --drop
  evioctl verify --archive /mnt/audit/host-evio_node-1_0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b.ndjson`,
    )
    .action(async (options: Options) => {
      process.exitCode = await archive(context, options);
    });
};
