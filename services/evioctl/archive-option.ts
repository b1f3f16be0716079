import { type Command, Option } from 'commander';
import { either as E } from 'fp-ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import type { TextFiles } from '../../domain/port/text-file.ts';
import { readArchiveHeader } from '../../domain/transfer/archive-file.ts';
import { readEventLine } from '../../domain/transfer/export-file.ts';
import { type Archive, withArchives } from '../../domain/transfer/with-archives.ts';
import type { AskFailure } from '../ask.ts';

export const archiveOption = (): Option =>
  new Option('--archive <file>', 'an archived era, to be read in its place (repeatable)').argParser(
    (path: string, before: ReadonlyArray<string> = []) => [...before, path],
  );

/** What the program's own options say. */
export const archivesOf = (program: Command): ReadonlyArray<string> =>
  program.opts<{ archive?: ReadonlyArray<string> }>().archive ?? [];

const eventsIn = function* (textFiles: TextFiles, path: string) {
  for (const text of Iterator.from(textFiles.lines(path)).drop(1)) {
    const event = readEventLine(text);
    if (E.isLeft(event)) throw new Error(`the archive ${path} holds a line that is no event: ${event.left}`);
    yield event.right;
  }
};

const openArchive = (textFiles: TextFiles, path: string): E.Either<string, Archive> => {
  try {
    const header = readArchiveHeader(Iterator.from(textFiles.lines(path)).next().value);
    if (E.isLeft(header)) return E.left(`it is no archive of an era: ${header.left}`);
    const events = () => eventsIn(textFiles, path);
    return E.right({ path, digest: textFiles.digest(path), header: header.right, events });
  } catch (error) {
    return E.left(error instanceof Error ? error.message : String(error));
  }
};

/** The log with the named archives in their places; one that is not what the log says is refused by name. */
export const openArchives = (
  textFiles: TextFiles,
  log: LogReader,
  paths: ReadonlyArray<string>,
): E.Either<AskFailure, LogReader> => {
  const refused = (path: string, reason: string): E.Either<AskFailure, never> =>
    E.left({
      type: 'refused',
      msg: `--archive ${path} cannot be used: ${reason}`,
      remedy: 'name the file that evioctl archive wrote for this log; evioctl verify lists what is archived',
    });
  const archives: Archive[] = [];
  for (const path of paths) {
    const opened = openArchive(textFiles, path);
    if (E.isLeft(opened)) return refused(path, opened.left);
    archives.push(opened.right);
  }
  if (archives.length === 0) return E.right(log);
  const whole = withArchives(log, archives);
  return E.isLeft(whole) ? refused(whole.left.path, whole.left.reason) : whole;
};
