import { either as E } from 'fp-ts';
import type { LogReader, LogUnreadable } from '../../domain/port/log-reader.ts';

/** What stands in a log now. */
export type Survey = {
  readonly epoch: number;
  readonly streams: ReadonlyArray<string>;
  /** The last position; −1 of an empty log. */
  readonly end: number;
};

/** Looks into the log beside whoever writes it. */
export type SurveyLog = () => E.Either<LogUnreadable, Survey>;

export const surveyOf =
  (open: (path: string) => E.Either<LogUnreadable, LogReader>) =>
  (path: string): SurveyLog =>
  () =>
    E.map((log: LogReader): Survey => {
      const streams = log.heads().map(({ stream }) => stream);
      const end = log.end()?.position ?? -1;
      log.close();
      return { epoch: log.identity.epoch, streams, end };
    })(open(path));
