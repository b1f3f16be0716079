import { either as E } from 'fp-ts';
import { describeStartFailure } from '../agent/start-failure.ts';
import { type AskFailure, ask } from '../ask.ts';
import { fileCheckpoint } from '../checkpoint.ts';
import { dropArchivedEra } from '../drop-era.ts';
import { type AddCommand, type Context, onLog } from './context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { printFailure, printJson } from './terminal.ts';
import { closedEras, type Written, writeArchive } from './write-archive.ts';

type Options = { readonly out: string; readonly drop?: true };

/** Without an agent the log is free: it is opened under its lock, as the agent would. */
const dropAlone = async (context: Context, era: Written): Promise<E.Either<AskFailure, unknown>> => {
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

const drop = async (context: Context, era: Written): Promise<E.Either<AskFailure, unknown>> => {
  const { stream, revision, hash, archive, audited } = era;
  const asked = await ask(context.agent(), 'POST', '/v1/drop-era', {
    ...{ stream, revision, hash, archive, audited },
  });
  return E.isLeft(asked) && asked.left.type === 'no-agent' ? dropAlone(context, era) : asked;
};

const archive = async (context: Context, options: Options): Promise<ExitCode> => {
  const terminal = context.terminal();
  const refuse = (failure: AskFailure): ExitCode => {
    printFailure(terminal, failure);
    return exitCodeOf(failure);
  };
  const written: Written[] = [];
  let whole = false;
  await onLog(context, async (log) => {
    for (const era of closedEras(log)) {
      const one = await writeArchive(context, log, options.out, era);
      if (E.isLeft(one)) return refuse(one.left);
      written.push(one.right);
    }
    // What the index knows of an era it still knows when the era is gone, until a redaction has it made anew.
    const index = options.drop === true ? context.openIndex(log, () => undefined) : undefined;
    if (index !== undefined && E.isRight(index)) index.right.close();
    whole = true;
    return exitCodes.done;
  });
  if (!whole) return exitCodes.refused;
  // The log is closed behind its reading: an open reader would keep its room from being given back.
  for (const era of options.drop === true ? written : []) {
    const dropped = await drop(context, era);
    if (E.isLeft(dropped)) return refuse(dropped.left);
  }
  const archives = written.map(({ stream, path, events, archive: sha256 }) => ({
    stream,
    path,
    events,
    sha256,
    dropped: options.drop === true,
  }));
  if (terminal.json) printJson(terminal, { archives });
  else if (archives.length === 0) terminal.out('no closed era is in the log');
  else
    for (const { path, events, dropped } of archives)
      terminal.out(`${events} events in ${path}${dropped ? ', and not in the log any more' : ''}`);
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
