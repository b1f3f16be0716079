import { either as E } from 'fp-ts';
import type { Restoring } from '../../domain/port/log-restore.ts';
import {
  finishImport,
  type ImportFailure,
  type Importing,
  importLine,
  startImport,
} from '../../domain/transfer/import-file.ts';
import { type Progress, progress } from '../progress.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { printAnswer } from './print-answer.ts';
import { printFailure } from './terminal.ts';

type Words = { readonly msg: string; readonly remedy: string };

const damaged = (file: string, { line, reason }: ImportFailure): Words => ({
  msg: `${file}, line ${line}: ${reason}`,
  remedy: 'export the log again, or take another copy; nothing was made',
});

const unreadable = (file: string, error: unknown): Words => ({
  msg: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  remedy: 'name a file that evioctl export wrote; nothing was made',
});

/** Takes line after line into the new log; the first that does not follow from those before ends it. */
const takeLines = (
  file: string,
  importing: Importing,
  lines: Iterable<string>,
  log: Restoring,
  shown: Progress,
): E.Either<Words, undefined> => {
  for (const text of lines) {
    const event = importLine(importing, text);
    if (E.isLeft(event)) return E.left(damaged(file, event.left));
    const added = log.add(event.right);
    if (E.isLeft(added))
      return E.left({
        msg: `${file}, line ${importing.line}: ${added.left.reason}`,
        remedy: added.left.remedy,
      });
    shown.tick(importing.chain.next);
  }
  const whole = finishImport(importing);
  return E.isLeft(whole) ? E.left(damaged(file, whole.left)) : E.right(undefined);
};

/**
 * An exported log into a new one: the same ids, hashes, positions and stamps, under the same log id and epoch. The file is
 * followed as `verify` follows a log; what does not hold leaves nothing behind.
 */
export const importLog = (context: Context, file: string, into: string): ExitCode => {
  const { textFiles, restoreLog, sha256, clock } = context;
  const terminal = context.terminal();
  const refused = ({ msg, remedy }: Words): ExitCode => {
    printFailure(terminal, { type: 'refused', msg, remedy });
    return exitCodes.refused;
  };
  let log: Restoring | undefined;
  try {
    const lines = Iterator.from(textFiles.lines(file));
    const started = startImport(sha256, lines.next().value);
    if (E.isLeft(started)) return refused(damaged(file, started.left));
    const { header } = started.right;
    const begun = restoreLog(into, header);
    if (E.isLeft(begun)) {
      const { path, reason, remedy } = begun.left;
      return refused({ msg: `--into ${path}: ${reason}`, remedy });
    }
    log = begun.right;
    const shown = progress(terminal, clock, header.events);
    const taken = takeLines(file, started.right, lines, log, shown);
    shown.done();
    if (E.isLeft(taken)) return refused(taken.left);
    const finished = log.finish();
    if (E.isLeft(finished)) {
      const { path, reason, remedy } = finished.left;
      return refused({ msg: `--into ${path}: ${reason}`, remedy });
    }
    const { logId, epoch, events } = header;
    printAnswer(terminal, {
      value: { into, logId, epoch, events },
      words: () => `${events} events of the log ${logId}, epoch ${epoch}, in ${into}`,
    });
    return exitCodes.done;
  } catch (error) {
    return refused(unreadable(file, error));
  } finally {
    log?.abandon();
  }
};
