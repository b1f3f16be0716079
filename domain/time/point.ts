import { either as E, function as F } from 'fp-ts';
import { type Checked, refuse } from '../cluster/violation.ts';
import { type Moment, parseMoment, type Vantage } from './moment.ts';

/**
 * Where to stand when looking at the past: at a time by the writers' own clocks, or at a position of the log, which is what
 * this log knew when that event was its last.
 */
export type Point = { readonly at: Moment } | { readonly position: number };

/** A position of a log whose last event has the position `end` (−1: it is empty). */
export const parsePosition = (key: string, text: string, end: number): Checked<number> => {
  if (!/^\d{1,15}$/.test(text)) {
    return refuse(key, text, 'is not a position', 'write the position of an event: 0, 1, 2 …');
  }
  if (Number(text) <= end) return E.right(Number(text));
  return end < 0
    ? refuse(key, text, 'is not in the log, which is empty', 'name another log with --log')
    : refuse(key, text, 'lies behind the end of the log', `write a position up to ${end}`);
};

/** A time as `parseMoment` reads it, or `@POSITION`. */
export const parsePoint = (key: string, text: string, vantage: Vantage, end: number): Checked<Point> =>
  text.startsWith('@')
    ? F.pipe(
        parsePosition(key, text.slice(1), end),
        E.map((position) => ({ position })),
      )
    : F.pipe(
        parseMoment(key, text, vantage),
        E.map((at) => ({ at })),
      );
