import { dirname } from 'node:path';
import { makeFolders } from '../../adapters/fs/folder.ts';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { openSqliteIndex } from '../../adapters/sqlite-index/open.ts';
import { growHeapFreely } from '../../adapters/system/heap.ts';
import type { IpAddress } from '../../domain/ip/address.ts';
import { podsAt } from '../../domain/projection/ownership-at.ts';
import { whoHad } from '../../domain/projection/who-had.ts';
import { median } from '../statistics.ts';
import type { MeasureLog } from './figures.ts';
import { openLog, right } from './open-log.ts';

const questions = 40;

/** At the worst moment the middle of three answers, so that it is the moment's and not the machine's. */
const slowest = (ask: (share: number) => unknown): number => {
  const timed = (share: number): number => {
    const begun = performance.now();
    ask(share);
    return performance.now() - begun;
  };
  let worst = 0;
  for (let index = 0; index <= questions; index++) {
    const share = index / questions;
    worst = Math.max(worst, median([timed(share), timed(share), timed(share)]));
  }
  return worst;
};

/** The index is made when it is missing. */
const openIndex = (path: string) => {
  const log = openLog(path);
  const reopenLog = () => openSqliteReader(path);
  const index = right(
    openSqliteIndex({ logPath: path, cacheFolder: dirname(path), makeFolders, reopenLog })(log, () => {}),
  );
  // As evioctl does.
  growHeapFreely();
  return { log, index };
};

/** A question as evioctl asks it, which then ends: only its memory counts, the making of the index included. */
export const oneQuestion: MeasureLog = async (path) => {
  const { log, index } = openIndex(path);
  podsAt(index, { position: log.end()?.position ?? 0 });
  index.close();
  log.close();
  return {};
};

/** Many questions to an index that is there, at times and for addresses from all over the history. */
export const timeTravel: MeasureLog = async (path) => {
  const { log, index } = openIndex(path);
  const last = log.end()?.position ?? 0;
  const momentAt = (share: number): number => Date.parse(log.at(Math.round(share * last))?.recordedAt ?? '');
  const addresses = index
    .allocationsAt({ position: last })
    .flatMap(({ addresses: held }) => held.map(({ address }) => address));
  const addressAt = (share: number): IpAddress | undefined =>
    addresses[Math.floor(share * (addresses.length - 1))];
  const asked = Array.from({ length: questions + 1 }, (_, at) => momentAt(at / questions));
  const moment = (share: number): number => asked[Math.round(share * questions)] ?? 0;
  const podsAtMs = slowest((share) => podsAt(index, { at: moment(share) }));
  const whoHadMs = slowest((share) => {
    const address = addressAt(share);
    if (address === undefined) throw new Error('no pod holds an address at the end of the log');
    return whoHad(index, address, { from: moment(1 - share), to: moment(1 - share) });
  });
  index.close();
  log.close();
  return { whoHadMs, podsAtMs };
};
