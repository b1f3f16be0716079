import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import type { Fault } from '../../../domain/verify/fault.ts';
import { verifyLog } from '../../../domain/verify/verify-log.ts';
import { append, sha256 } from '../../contract/event-store/support.ts';
import { generatedAppends } from '../../support/logged.ts';
import { openAt, scratchFolder } from './scratch.ts';

const appends = generatedAppends('nodes=3,events=60,seed=5');

/** A real log of a small cluster's history; all of it is in the file itself. */
export const writeLog = async (t: ExecutionContext): Promise<string> => {
  const path = join(scratchFolder(t), 'log.db');
  const store = openAt(path);
  for (const one of appends) await append(store, one);
  await store.close();
  return path;
};

/** The first fault in a log's file, or that it cannot be opened. */
export const verify = (path: string): Fault | undefined => {
  const reader = openSqliteReader(path);
  // An epoch beyond what a number holds keeps the log from being opened at all.
  if (E.isLeft(reader)) return { type: 'file', position: -1, expected: 'a log', found: reader.left.reason };
  try {
    return verifyLog(sha256, reader.right, () => undefined).fault;
  } finally {
    reader.right.close();
  }
};
