import { parentPort, workerData } from 'node:worker_threads';
import { either as E } from 'fp-ts';
import { makeFolders } from '../../adapters/fs/folder.ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { cacheFolder } from '../../adapters/sqlite-index/cache-folder.ts';
import { openSqliteIndex } from '../../adapters/sqlite-index/open.ts';
import type { WhoHadMessage, WhoHadWork } from '../../adapters/system/who-had-thread.ts';
import { whoHad } from '../../domain/projection/who-had.ts';
import { writeAnswer } from '../../domain/projection/who-had-question.ts';

/** A thread that answers one question about the past of the log that `evio-ledger` serves, by the index beside it. */
const { path, question } = workerData as WhoHadWork;

const answer = (): WhoHadMessage => {
  const reopenLog = () => openSqliteReader(path);
  const opened = reopenLog();
  if (E.isLeft(opened)) return { reason: `the log cannot be read: ${opened.left.reason}` };
  const log = opened.right;
  const index = openSqliteIndex({ logPath: path, cacheFolder: cacheFolder(), makeFolders, reopenLog })(
    log,
    () => undefined,
  );
  try {
    if (E.isRight(index)) {
      const { address, period } = question;
      return { answer: writeAnswer(whoHad(index.right, address, period)) };
    }
    return index.left.type === 'unreadable-event'
      ? { reason: `the event at position ${index.left.position} cannot be read` }
      : { reason: `no index can be made in ${index.left.path}: ${index.left.reason}` };
  } finally {
    if (E.isRight(index)) index.right.close();
    log.close();
  }
};

parentPort?.postMessage(answer());
