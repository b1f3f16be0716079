import type { either as E } from 'fp-ts';
import type { LogUnreadable } from '../../domain/port/log-reader.ts';

/** What stands in a log now. */
export type Survey = {
  readonly epoch: number;
  readonly streams: ReadonlyArray<string>;
  /** The last position; −1 of an empty log. */
  readonly end: number;
};

/** Looks into the log beside whoever writes it. */
export type SurveyLog = () => E.Either<LogUnreadable, Survey>;
