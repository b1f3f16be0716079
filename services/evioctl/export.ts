import { InvalidArgumentError } from 'commander';
import { either as E } from 'fp-ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import { needsArchive } from '../../domain/transfer/archived-gap.ts';
import { eventLine, exportHeader, headerLine } from '../../domain/transfer/export-file.ts';
import { type Progress, progress } from '../progress.ts';
import { isReadFailure } from '../read-failure.ts';
import type { AddCommand, Context } from './context.ts';
import { onLog } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure, type Terminal } from './terminal.ts';

type ExportOptions = { readonly from: number; readonly out?: string };

const position = (text: string): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('a position of the log, such as 0.');
};

/** `onUnread` hears why the log could not be read on: whoever writes the pieces takes it for a failure of the writing. */
const pieces = function* (
  log: LogReader,
  header: string,
  from: number,
  shown: Progress,
  onUnread: (error: Error) => void,
) {
  yield `${header}\n`;
  let done = 0;
  try {
    for (const page of log.pages(from)) {
      yield `${page.map(eventLine).join('\n')}\n`;
      done += page.length;
      shown.tick(done);
    }
  } catch (error) {
    // The stream throws its own failures in here too.
    if (isReadFailure(error)) onUnread(error);
    throw error;
  }
};

/** The log as NDJSON; to a file, with a word of what is in it. */
const exportLog = async (
  { files, textFiles, clock }: Context,
  { from, out }: ExportOptions,
  log: LogReader,
  terminal: Terminal,
): Promise<ExitCode> => {
  const refused = (msg: string, remedy: string): ExitCode => {
    printFailure(terminal, { type: 'refused', msg, remedy });
    return exitCodes.refused;
  };
  if (out !== undefined) {
    const there = await files.exists(out)();
    if (E.isLeft(there)) return refused(`${out}: ${there.left.reason}`, 'name another file with --out');
    if (there.right) return refused(`--out ${out} is there already`, 'name a file that is not');
  }
  const gone = log.archived().find(({ to }) => to >= from);
  // Before a line is written.
  if (gone !== undefined) throw needsArchive(gone);
  const header = exportHeader(log.identity, from, log.end());
  const shown = progress(terminal, clock, header.events);
  let unread: Error | undefined;
  const onUnread = (error: Error): void => {
    unread = error;
  };
  const written = await textFiles.write(out, pieces(log, headerLine(header), from, shown, onUnread))();
  shown.done();
  if (unread !== undefined) throw unread;
  if (E.isLeft(written))
    return refused(
      `the export to ${written.left.path} failed: ${written.left.reason}`,
      'is there space, and may it be written?',
    );
  if (out === undefined) return exitCodes.done;
  printAnswer(terminal, {
    value: { out, ...header },
    words: () => `${header.events} events from position ${from} on in ${out}`,
  });
  return exitCodes.done;
};

/** `evioctl export`. */
export const addExport: AddCommand = (program, context) => {
  program
    .command('export')
    .description('the log as NDJSON: a header, then one recorded event per line')
    .option('--from <position>', 'position of the first event', position, 0)
    .option('--out <file>', 'a new file; stdout when absent')
    .addHelpText(
      'after',
      `
Examples:
  evioctl export --out ledger.ndjson
  evioctl export --from 1200 | jq -r .type | sort | uniq -c`,
    )
    .action((options: ExportOptions) =>
      onLog(context, (log, terminal) => exportLog(context, options, log, terminal)),
    );
};
