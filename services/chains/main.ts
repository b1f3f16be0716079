import { parentPort, workerData } from 'node:worker_threads';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import type { ChainsMessage, ChainsWork } from '../../adapters/system/chains-thread.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { endingAt } from '../../domain/verify/ending-at.ts';
import { followLog } from '../../domain/verify/verify-log.ts';

/** A thread that follows a log's chains, with a reader of its own, while others hold its events against the laws. */
const { path, last } = workerData as ChainsWork;
const tell = (message: ChainsMessage): void => parentPort?.postMessage(message);

const opened = openSqliteReader(path);
if (E.isLeft(opened)) throw new Error(opened.left.reason);
const log = opened.right;
tell(followLog(sha256, endingAt(log, last), tell));
log.close();
