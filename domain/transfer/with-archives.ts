import { either as E } from 'fp-ts';
import type { ArchivedRun } from '../port/drop-era.ts';
import type { LeanEvent, LoggedEvent, LogReader } from '../port/log-reader.ts';
import { lifeOf } from '../stream.ts';
import type { ArchiveHeader } from './archive-file.ts';
import { stopAtArchived } from './archived-gap.ts';

/** An archive's file: its SHA-256, what it says of itself, and its events from the first on. */
export type Archive = {
  readonly path: string;
  readonly digest: string;
  readonly header: ArchiveHeader;
  readonly events: () => Iterable<LoggedEvent>;
};

export type ForeignArchive = { readonly path: string; readonly reason: string };

const pageEvents = 1000;

const paged = function* <Item>(items: Iterable<Item>): Generator<ReadonlyArray<Item>, void> {
  let page: Item[] = [];
  for (const item of items) {
    page.push(item);
    if (page.length === pageEvents) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
};

const lean = ({ id: _, hash: _h, logHash: _l, ...event }: LoggedEvent): LeanEvent => event;

/** The events of runs, in order; each archive is read once from its beginning. Throws where one does not end as the log says. */
const readRuns = (archives: ReadonlyArray<Archive>) => {
  const open = new Map<string, Iterator<LoggedEvent>>();
  return function* (run: ArchivedRun): Generator<LoggedEvent, void> {
    const archive = archives.find(({ digest }) => digest === run.archive);
    if (archive === undefined) return;
    const events = open.get(run.archive) ?? archive.events()[Symbol.iterator]();
    open.set(run.archive, events);
    for (let next = events.next(); !next.done; next = events.next()) {
      const event = next.value;
      if (event.position < run.from) continue;
      yield event;
      if (event.position < run.to) continue;
      if (event.hash === run.hash && event.logHash === run.logHash) return;
      break;
    }
    throw new Error(`the archive ${archive.path} does not have at position ${run.to} what the log says`);
  };
};

const misfit = (log: LogReader, { path, digest, header }: Archive): ForeignArchive | undefined => {
  const { logId, epoch } = log.identity;
  if (header.logId !== logId || header.epoch !== epoch)
    return { path, reason: `it is of the log ${header.logId}, epoch ${header.epoch}` };
  const run = log.archived().find(({ stream }) => stream === header.stream);
  return run === undefined || run.archive === digest
    ? undefined
    : { path, reason: `its SHA-256 is ${digest}, and the log names ${run.archive} for ${header.stream}` };
};

/** An archive whose life has a later era that is archived too, and not given: what that one ended would seem to last. */
const hole = (
  covered: ReadonlyArray<ArchivedRun>,
  missing: ReadonlyArray<ArchivedRun>,
  archives: ReadonlyArray<Archive>,
): ForeignArchive | undefined => {
  for (const gone of missing) {
    const before = covered.find((run) => lifeOf(run.stream) === lifeOf(gone.stream) && run.to < gone.from);
    const archive = archives.find(({ digest }) => digest === before?.archive);
    if (archive !== undefined)
      return {
        path: archive.path,
        reason: `${gone.stream}, which comes behind it, is archived too: give both`,
      };
  }
  return undefined;
};

/** The log as it was before the eras in these archives were dropped. An archive of what the log still holds changes nothing. */
export const withArchives = (
  log: LogReader,
  archives: ReadonlyArray<Archive>,
): E.Either<ForeignArchive, LogReader> => {
  for (const archive of archives) {
    const wrong = misfit(log, archive);
    if (wrong !== undefined) return E.left(wrong);
  }
  const given = new Set(archives.map(({ digest }) => digest));
  const covered = log.archived().filter(({ archive }) => given.has(archive));
  const missing = log.archived().filter(({ archive }) => !given.has(archive));
  const open = hole(covered, missing, archives);
  if (open !== undefined) return E.left(open);

  const merged = function* (from: number): Generator<LoggedEvent, void> {
    const read = readRuns(archives);
    const runs = covered.filter(({ to }) => to >= from);
    for (const page of log.pages(from, 'passed-over')) {
      for (const event of page) {
        for (let run = runs[0]; run !== undefined && run.from < event.position; run = runs[0]) {
          for (const archived of read(run)) if (archived.position >= from) yield archived;
          runs.shift();
        }
        yield event;
      }
    }
  };
  const pages: LogReader['pages'] = (from, archived) => {
    const all = paged(merged(from));
    return archived === undefined ? stopAtArchived(missing, from, all) : all;
  };
  const ofStream = function* (stream: string, from: number): Generator<LoggedEvent, void> {
    const read = readRuns(archives);
    let next = from;
    for (const run of covered.filter((one) => one.stream === stream)) {
      for (const event of read(run)) if (event.revision >= from) yield event;
      next = Math.max(next, run.toRevision + 1);
    }
    for (const page of log.streamPages(stream, next)) yield* page;
  };
  const archivedAt = (position: number): LoggedEvent | undefined => {
    const run = covered.find(({ from, to }) => from <= position && position <= to);
    if (run === undefined) return undefined;
    for (const event of readRuns(archives)(run)) if (event.position === position) return event;
    return undefined;
  };
  return E.right({
    ...log,
    archived: () => missing,
    pages,
    leanPages: function* (from, archived) {
      for (const page of pages(from, archived)) yield page.map(lean);
    },
    leanPagesOf: function* (streams, from) {
      const wanted = new Set(streams);
      for (const page of pages(from)) {
        const among = page.filter(({ stream }) => wanted.has(stream));
        if (among.length > 0) yield among.map(lean);
      }
    },
    streamPages: (stream, from) => paged(ofStream(stream, from)),
    at: (position) => log.at(position) ?? archivedAt(position),
  });
};
