import { either as E } from 'fp-ts';
import { type Checked, refuse } from './violation.ts';

const secondsPer = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/** Ten years: beyond that a slip of the keyboard is likelier than an intention. */
const longest = 3_650 * secondsPer.d;

const secondsIn = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (parts === null || text === '') return undefined;
  const [, d = '0', h = '0', m = '0', s = '0'] = parts;
  return (
    Number(d) * secondsPer.d + Number(h) * secondsPer.h + Number(m) * secondsPer.m + Number(s) * secondsPer.s
  );
};

/** Whole seconds from a number of seconds (`86400`, `"86400"`) or a duration text (`"24h"`, `"1d12h"`, `"90m"`, `"30s"`). */
export const parseDuration = (key: string, value: unknown): Checked<number> => {
  const seconds = secondsIn(value);
  if (seconds === undefined || !Number.isInteger(seconds) || seconds < 0) {
    return refuse(key, value, 'is not a duration', 'write seconds, such as 86400, or a text such as "24h"');
  }
  return seconds <= longest
    ? E.right(seconds)
    : refuse(key, value, 'is longer than ten years', 'write at most "3650d"');
};
