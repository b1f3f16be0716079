import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { redactableKeys, remainingOf } from '../../../domain/audit/remaining.ts';
import type { Fault } from '../../../domain/verify/fault.ts';
import { verifyLog } from '../../../domain/verify/verify-log.ts';
import { append, collect, sha256 } from '../../contract/event-store/support.ts';
import { audited, recordOf } from '../../support/audited.ts';
import { generatedAppends } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
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

/** The same, when every name was taken out of it. */
export const writeRedactedLog = async (t: ExecutionContext): Promise<string> => {
  const path = await writeLog(t);
  const store = openAt(path);
  const naming = (await collect(store.readAll())).filter((event) => redactableKeys(event).length > 0);
  const { stream, events } = audited(undefined, ...naming.map((event) => recordOf(event)));
  const payloads = events.map((event, index) => ({
    event,
    remaining: remainingOf(naming[index]?.payload ?? '', ['pod']),
  }));
  must(await store.redact({ stream, expectedRevision: 'no-stream', payloads })());
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
