import { chainsThread } from '../../adapters/system/chains-thread.ts';
import { verifyBeside } from '../../services/evioctl/verify-beside.ts';
import { type MeasureLog, secondsSince } from './figures.ts';
import { openLog } from './open-log.ts';

const chainsProgram = new URL('../../services/chains/main.ts', import.meta.url);

export const verify: MeasureLog = async (path) => {
  const log = openLog(path);
  const begun = performance.now();
  const chains = chainsThread(chainsProgram, { path, last: log.end()?.position ?? -1 });
  const verified = await verifyBeside(chains, log, () => {});
  const verifyS = secondsSince(begun);
  log.close();
  if (verified === undefined || verified.breach !== undefined)
    throw new Error(`the log does not verify: ${JSON.stringify(verified?.breach)}`);
  return { verifyS };
};
