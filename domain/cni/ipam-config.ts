import { either as E } from 'fp-ts';
import type { RangeSets } from '../host/ipam/range-sets.ts';
import { plain } from '../shown.ts';
import { type CniError, codes } from './error.ts';
import { judgeIpam, rangeSets } from './ipam-fields.ts';
import { folderOf } from './ipam-folder.ts';
import { readRangeSets, type WrittenRange } from './ipam-ranges.ts';
import { isObject, isText, type JsonObject } from './judge.ts';
import type { CniResult } from './result.ts';

/** What `ipam` says, complete. */
export type IpamConfig = {
  /** The network's own folder in the dataDir. */
  readonly folder: string;
  readonly ranges: RangeSets;
  readonly routes: NonNullable<CniResult['routes']>;
};

/** What is not there, or empty, or null, which Go takes for the same. */
const written = (value: unknown): string | undefined => (isText(value) && value !== '' ? value : undefined);

const rangeIn = (object: JsonObject): WrittenRange => ({
  // An empty subnet is a subnet that is none; an empty end is none that was written.
  subnet: isText(object['subnet']) ? object['subnet'] : undefined,
  rangeStart: written(object['rangeStart']),
  rangeEnd: written(object['rangeEnd']),
  gateway: written(object['gateway']),
});

const setsIn = (value: unknown): ReadonlyArray<ReadonlyArray<WrittenRange>> =>
  Array.isArray(value) ? value.map((set) => (set as ReadonlyArray<JsonObject>).map(rangeIn)) : [];

const withoutNulls = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

/**
 * Reads `ipam`, whose ranges stand behind those of the capability `ipRanges` and of the old way of writing one range. Code 7 or 2 for
 * what is no configuration of host-local's; what host-local refuses is refused in its words, and with its code, 999.
 */
export const readIpamConfig = (
  network: string,
  ipam: JsonObject,
  ipRanges: unknown,
): E.Either<CniError, IpamConfig> => {
  const wrong =
    judgeIpam(ipam) ?? (ipRanges == null ? undefined : rangeSets('runtimeConfig.ipRanges', ipRanges));
  if (wrong !== undefined) return E.left(wrong);
  const single = rangeIn(ipam);
  const sets = [
    ...setsIn(ipRanges),
    ...(single.subnet === undefined ? [] : [[single]]),
    ...setsIn(ipam['ranges']),
  ];
  const ranges = readRangeSets(sets);
  if (E.isLeft(ranges))
    return E.left({
      code: codes.internal,
      msg: plain(ranges.left),
      details: 'mend "ipam" in the network configuration; nothing was allocated',
    });
  const routes = Array.isArray(ipam['routes']) ? ipam['routes'].filter(isObject).map(withoutNulls) : [];
  return E.right({
    folder: folderOf(ipam, network),
    ranges: ranges.right,
    routes: routes as unknown as IpamConfig['routes'],
  });
};
