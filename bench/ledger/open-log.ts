import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';

export const openLog = (path: string): LogReader => {
  const opened = openSqliteReader(path);
  if (E.isLeft(opened)) throw new Error(`the log ${path} cannot be read: ${opened.left.reason}`);
  return opened.right;
};

/** What a measured step gave; throws where it failed. */
export const right = <Failure, Value>(result: E.Either<Failure, Value>): Value => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left));
  return result.right;
};
