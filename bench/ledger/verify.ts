import { sha256 } from '../../adapters/system/sha256.ts';
import { verifyLog } from '../../domain/verify/verify-log.ts';
import { type MeasureLog, secondsSince } from './figures.ts';
import { openLog } from './open-log.ts';

export const verify: MeasureLog = async (path) => {
  const log = openLog(path);
  const begun = performance.now();
  const { fault, breach } = verifyLog(sha256, log, () => {});
  const verifyS = secondsSince(begun);
  log.close();
  if (fault !== undefined || breach !== undefined)
    throw new Error(`the log does not verify: ${JSON.stringify(fault ?? breach)}`);
  return { verifyS };
};
