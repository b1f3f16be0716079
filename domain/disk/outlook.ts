import type { DiskUse } from '../port/disk-room.ts';
import { sizeWords } from './size.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

const mebibyte = 2 ** 20;

/** With less than this a flush may fail: the write-ahead file alone grows to half of it. */
const reserve = 16 * mebibyte;

/** Without a budget it is the disk's others who use it up: then this much is a warning. */
const scarce = 256 * mebibyte;

/** One look a time, oldest first: when, and how much had been written to the log since the first. */
export type DiskHistory = ReadonlyArray<{
  readonly at: number;
  readonly grown: number;
  readonly used: number;
}>;

/** Whether the log has room: `warning` long before it has none, `full` when it could soon not take an ADD. */
export type DiskOutlook = DiskUse & {
  readonly budget?: number;
  /** Bytes that the log may still grow. */
  readonly left: number;
  /** What the log grew by in a day, over `overHours` of at most a week; absent in the first hour. */
  readonly perDay?: number;
  readonly overHours?: number;
  readonly fullInDays?: number;
  readonly level: 'ok' | 'warning' | 'full';
};

/** Takes one more look; an hour apart they are kept, for a week. What an archive gave back is no growth. `at` in milliseconds. */
export const lookAgain = (history: DiskHistory, { used }: DiskUse, at: number): DiskHistory => {
  const last = history.at(-1);
  const grown = last === undefined ? 0 : last.grown + Math.max(0, used - last.used);
  const before = history.at(-2);
  // The newest look stands for itself until it is an hour younger than the one before.
  const kept =
    last !== undefined && before !== undefined && at - before.at < hourMs ? history.slice(0, -1) : history;
  return [...kept.filter((look) => at - look.at <= weekMs), { at, grown, used }];
};

export const diskOutlook = (
  { used, free }: DiskUse,
  budget: number | undefined,
  history: DiskHistory,
): DiskOutlook => {
  const left = Math.max(0, Math.min(free, budget === undefined ? free : budget - used));
  const [first, last] = [history[0], history.at(-1)];
  const overMs = first === undefined || last === undefined ? 0 : last.at - first.at;
  const known = first !== undefined && last !== undefined && overMs >= hourMs;
  const perDay = known ? ((last.grown - first.grown) / overMs) * dayMs : undefined;
  const fullInDays = perDay === undefined || perDay === 0 ? undefined : left / perDay;
  const little = budget === undefined ? left < scarce : left < Math.max(budget / 5, reserve);
  const soon = fullInDays !== undefined && fullInDays < 7;
  return {
    used,
    free,
    ...(budget === undefined ? {} : { budget }),
    left,
    ...(perDay === undefined ? {} : { perDay: Math.round(perDay), overHours: Math.floor(overMs / hourMs) }),
    ...(fullInDays === undefined ? {} : { fullInDays: Math.floor(fullInDays) }),
    level: left < reserve ? 'full' : little || soon ? 'warning' : 'ok',
  };
};

/** `312 MiB of 1 GiB budget; full in about 12 days at the rate of the last 40 h` */
export const diskWords = ({ used, free, budget, overHours, fullInDays }: DiskOutlook): string => {
  const room = budget === undefined ? `${sizeWords(free)} free, no budget` : `of ${sizeWords(budget)} budget`;
  const scant = budget !== undefined && free < budget - used ? `, only ${sizeWords(free)} free` : '';
  const rate =
    fullInDays === undefined
      ? ''
      : `; full in about ${fullInDays} days at the rate of the last ${overHours} h`;
  return `${sizeWords(used)}${budget === undefined ? ', ' : ' '}${room}${scant}${rate}`;
};

export const diskRemedy =
  'evioctl archive --out DIR --drop moves closed eras out of the log (evioctl era close ends the present one)';
