import { isDeepStrictEqual } from 'node:util';
import type { ChainsAhead } from '../../domain/port/chains-ahead.ts';
import type { LogReader } from '../../domain/port/log-reader.ts';
import { holdEvents, keysHeld, startHolding } from '../../domain/verify/hold-log.ts';
import type { Verified } from '../../domain/verify/verification.ts';

/** Holds the log against the laws, each page when its chains are proven; how it went, or `undefined` where it cannot be read. */
const holdBehind = async (chains: ChainsAhead, log: LogReader, tick: (events: number) => void) => {
  const holding = startHolding(log);
  try {
    for (const page of log.leanPages(0, 'passed-over')) {
      const last = page.at(-1)?.position ?? 0;
      if (!(await chains.reach(last)) || !holdEvents(holding, page)) break;
      tick(last + 1);
    }
    return holding;
  } catch {
    return undefined;
  }
};

/**
 * Verifies a log in two threads: one follows the chains, this one holds against the laws what is proven. `undefined` when
 * anything is not as it should be, but for a broken law: `verifyLog` then says exactly what.
 */
export const verifyBeside = async (
  chains: ChainsAhead,
  log: LogReader,
  tick: (events: number) => void,
): Promise<Verified | undefined> => {
  try {
    const held = await holdBehind(chains, log, tick);
    if (held === undefined || held.unreadable) return undefined;
    const proven = await chains.outcome;
    if (proven === undefined || proven.fault !== undefined) return undefined;
    // Both read the same log, of the same moment.
    const same = isDeepStrictEqual([proven.end, proven.archived], [log.end(), log.archived()]);
    return same ? { ...proven, breach: held.breach, keys: keysHeld(held) } : undefined;
  } finally {
    await chains.stop();
  }
};
