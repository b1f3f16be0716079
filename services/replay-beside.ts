import { either as E } from 'fp-ts';
import type { LogReader } from '../domain/port/log-reader.ts';
import type { StartReplay } from '../domain/port/replay-ahead.ts';
import { joinParts } from '../domain/replay/join-parts.ts';
import { type NotReplayed, type Replayed, replayLog, replayPages } from '../domain/replay/replay-log.ts';
import { shareOut } from '../domain/replay/share-out.ts';
import { restorePart } from '../domain/replay/stored-part.ts';

/** Folds a log up to and with position `to`; `tick` hears how many events are done. */
export type ReplayLog = (
  log: LogReader,
  to: number,
  tick?: (done: number) => void,
) => Promise<E.Either<NotReplayed, Replayed>>;

/** Folds a log in two threads, each its share of the nodes. `undefined` where that does not pay, and when anything is not as it should be. */
const replayBeside = async (
  start: StartReplay,
  log: LogReader,
  to: number,
  tick: (done: number) => void,
): Promise<Replayed | undefined> => {
  const shares = shareOut(log.heads());
  if (shares === undefined) return undefined;
  const ahead = start(shares.other, to);
  try {
    const own = replayPages(log, log.leanPagesOf(shares.own, 0), to, (position) => tick(position + 1));
    if (E.isLeft(own)) return undefined;
    const said = await ahead.outcome;
    // Who opened the file later may have met another log there.
    if (said === undefined || said.logHash !== log.at(to)?.logHash) return undefined;
    const other = restorePart(said.part);
    return other && joinParts(own.right, other, to);
  } finally {
    await ahead.stop();
  }
};

/** In two threads where that pays. Where it fails, one folds the log alone, from its beginning: it is the one that names failures. */
export const replaying =
  (start: StartReplay): ReplayLog =>
  async (log, to, tick = () => {}) => {
    const beside = await replayBeside(start, log, to, tick).catch(() => undefined);
    return beside === undefined ? replayLog(log, to, tick) : E.right(beside);
  };
