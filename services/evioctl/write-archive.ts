import { either as E } from 'fp-ts';
import type { ArchivedEra } from '../../domain/port/drop-era.ts';
import type { LoggedEvent, LogReader } from '../../domain/port/log-reader.ts';
import { auditStreamBeside, eraOf, parseHostStream } from '../../domain/stream.ts';
import {
  type ArchiveHeader,
  archiveHeader,
  archiveHeaderLine,
  archiveName,
  verifyArchive,
} from '../../domain/transfer/archive-file.ts';
import { eventLine } from '../../domain/transfer/export-file.ts';
import type { AskFailure } from '../ask.ts';
import { progress } from '../progress.ts';
import type { Context } from './context.ts';
import type { Terminal } from './terminal.ts';

/** An era's file, written and read back. */
export type Written = ArchivedEra & {
  readonly path: string;
  readonly events: number;
  /** Revision of the audit stream's last event at the writing; −1: there was none. */
  readonly audited: number;
};

export type End = { readonly stream: string; readonly revision: number; readonly hash: string };

/** Closed eras whose events are in the log, or some of them, in the order of the log. */
export const closedEras = (log: LogReader): ReadonlyArray<End> => {
  const heads = log.heads();
  const there = new Set(heads.map(({ stream }) => stream));
  return heads.filter(({ stream, position }) => {
    const named = parseHostStream(stream);
    // The last event of what was dropped whole is not there to be read.
    return named !== undefined && there.has(eraOf(stream, named.era + 1)) && log.at(position) !== undefined;
  });
};

const firstOf = (log: LogReader, stream: string): LoggedEvent | undefined => {
  for (const [first] of log.streamPages(stream, 0)) return first;
  return undefined;
};

/** `onEvents` is told of each piece how many events are in it. */
type OnEvents = (events: number) => void;

const pieces = function* (log: LogReader, header: ArchiveHeader, onEvents: OnEvents) {
  yield `${archiveHeaderLine(header)}\n`;
  for (const page of log.streamPages(header.stream, 0)) {
    yield `${page.map(eventLine).join('\n')}\n`;
    onEvents(page.length);
  }
};

/** The same lines; of those behind the header it is told how many there were, every so many. */
const counted = function* (lines: Iterable<string>, onEvents: OnEvents) {
  const told = 1000;
  let untold = -1;
  for (const line of lines) {
    yield line;
    untold += 1;
    if (untold < told) continue;
    onEvents(untold);
    untold = 0;
  }
  onEvents(Math.max(0, untold));
};

/** What a file that is there already differs in from what would be written now; `undefined`: in nothing. */
const difference = (
  { textFiles }: Pick<Context, 'textFiles'>,
  log: LogReader,
  path: string,
  stream: string,
  header: () => ArchiveHeader | undefined,
  onEvents: OnEvents,
): string | undefined => {
  const run = log.archived().find((one) => one.stream === stream);
  if (run !== undefined)
    return textFiles.digest(path) === run.archive ? undefined : `its SHA-256 is not ${run.archive}`;
  const wanted = header();
  if (wanted === undefined) return 'the log has no events of it';
  const lines = Iterator.from(textFiles.lines(path));
  let number = 0;
  for (const piece of pieces(log, wanted, onEvents))
    for (const line of piece.trimEnd().split('\n')) {
      number += 1;
      if (lines.next().value !== line) return `its line ${number} is not what the log has`;
    }
  return lines.next().done === true ? undefined : 'it has more lines than the log has events';
};

/**
 * Writes an era's archive, unless it is there already, and reads it back: what is given is a file on disk that holds this very era.
 * Each event is told twice of: when it is written or compared, and when it is read back.
 */
export const writeArchive = async (
  context: Pick<Context, 'files' | 'textFiles' | 'sha256'>,
  log: LogReader,
  folder: string,
  { stream, revision, hash }: End,
  onEvents: OnEvents,
): Promise<E.Either<AskFailure, Written>> => {
  const { files, textFiles, sha256 } = context;
  const path = `${folder}/${archiveName(stream)}`;
  const refused = (msg: string, remedy: string): E.Either<AskFailure, never> =>
    E.left({ type: 'refused', msg, remedy });
  const there = await files.exists(path)();
  if (E.isLeft(there)) return refused(`${path}: ${there.left.reason}`, 'name another folder with --out');
  const headerNow = (): ArchiveHeader | undefined => {
    const first = firstOf(log, stream);
    const last = log.at(log.heads().find((head) => head.stream === stream)?.position ?? -1);
    return first && last && archiveHeader(log.identity, { first, last });
  };
  if (!there.right) {
    const header = headerNow();
    if (header === undefined) return refused(`${stream} has no events`, 'evioctl verify');
    const written = await textFiles.write(path, pieces(log, header, onEvents))();
    if (E.isLeft(written))
      return refused(
        `the archive ${path} could not be written: ${written.left.reason}`,
        'is the folder there, with space, and may it be written?',
      );
  }
  try {
    const read = verifyArchive(sha256, counted(textFiles.lines(path), onEvents));
    if (E.isLeft(read))
      return refused(`${path}, line ${read.left.line}: ${read.left.reason}`, 'move it away');
    const { right: header } = read;
    const { logId, epoch } = log.identity;
    if (header.logId !== logId || header.epoch !== epoch || header.stream !== stream || header.hash !== hash)
      return refused(`${path} is there, and of another era or log`, 'move it away');
    const differs = there.right ? difference(context, log, path, stream, headerNow, onEvents) : undefined;
    if (differs !== undefined)
      return refused(
        `${path} is there, and is not what would be written now: ${differs}`,
        'move it away; one from before a redaction holds what was to be forgotten',
      );
    const audit = auditStreamBeside(stream);
    const audited = log.heads().find((head) => head.stream === audit)?.revision ?? -1;
    const archive = textFiles.digest(path);
    return E.right({ stream, revision, hash, archive, path, events: revision + 1, audited });
  } catch (error) {
    return refused(`${path} cannot be read back: ${String(error)}`, 'name another folder with --out');
  }
};

/** Writes each of these eras, in order; on a terminal it shows how far it is. The first that cannot be archived ends it. */
export const writeArchives = async (
  context: Pick<Context, 'files' | 'textFiles' | 'sha256' | 'clock'>,
  terminal: Terminal,
  log: LogReader,
  folder: string,
  eras: ReadonlyArray<End>,
): Promise<E.Either<AskFailure, ReadonlyArray<Written>>> => {
  const events = eras.reduce((sum, { revision }) => sum + revision + 1, 0);
  const shown = progress(terminal, context.clock, 2 * events, 'events written and read back');
  const written: Written[] = [];
  let done = 0;
  try {
    for (const era of eras) {
      const one = await writeArchive(context, log, folder, era, (more) => {
        done += more;
        shown.tick(done);
      });
      if (E.isLeft(one)) return one;
      written.push(one.right);
    }
    return E.right(written);
  } finally {
    shown.done();
  }
};
