import { parentPort, workerData } from 'node:worker_threads';
import { either as E } from 'fp-ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import type { ReplayWork } from '../../adapters/system/replay-thread.ts';
import type { PartReplayed } from '../../domain/port/replay-ahead.ts';
import { replayPages } from '../../domain/replay/replay-log.ts';
import { storePart } from '../../domain/replay/stored-part.ts';

/** A thread that folds some of a log's streams, with a reader of its own, while another one folds the others. */
const { path, streams, to } = workerData as ReplayWork;

const opened = openSqliteReader(path);
if (E.isLeft(opened)) throw new Error(opened.left.reason);
const log = opened.right;
const replayed = replayPages(log, log.leanPagesOf(streams, 0), to, () => {});
const logHash = log.at(to)?.logHash;
log.close();
if (E.isRight(replayed) && logHash !== undefined)
  parentPort?.postMessage({ logHash, part: storePart(replayed.right) } satisfies PartReplayed);
