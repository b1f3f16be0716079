import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type WhoHad, whoHad } from '../../../domain/projection/who-had.ts';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { moment, openIndex, type Told, writePast } from '../../adapters/sqlite-index/past.ts';
import { ip } from '../../support/events.ts';

/** One address, at a time or between two. */
export type Ask = (address: string, from: string, to?: string) => WhoHad;

/** Writes a log and opens its index for questions. */
export const asking = async (t: ExecutionContext, ...told: ReadonlyArray<Told>): Promise<Ask> => {
  const { index } = openIndex(t, await writePast(join(scratchFolder(t), 'log.db'), ...told));
  return (address, from, to = from) => whoHad(index, ip(address), { from: moment(from), to: moment(to) });
};

export const names = ({ holders }: WhoHad) => holders.map(({ pod, node }) => `${pod?.name} on ${node}`);
