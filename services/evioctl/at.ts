import type { Command } from 'commander';
import { either as E, function as F } from 'fp-ts';
import type { Checked } from '../../domain/cluster/violation.ts';
import type { OwnershipIndex } from '../../domain/port/ownership-index.ts';
import { leasesAt, podsAt } from '../../domain/projection/ownership-at.ts';
import { parseMoment, type Vantage } from '../../domain/time/moment.ts';
import { type Point, parsePosition } from '../../domain/time/point.ts';
import { leasesAtWords, podsAtWords } from './at-words.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-code.ts';
import { onIndex } from './on-index.ts';
import { printAnswer } from './print-answer.ts';

export type PastOptions = {
  readonly at?: string;
  readonly asOf?: string;
  /** As the log knows it at its end. */
  readonly latest?: true;
};

/** Adds the options that turn a question to the agent into one about the past, which the log answers. */
export const addPastOptions = (command: Command, what: string): Command =>
  command
    .option('--at <time>', 'on all nodes at this time, by their own clocks; the log answers, not the agent')
    .option('--as-of <position>', 'on all nodes, as this log knew it when it ended there')
    .addHelpText(
      'after',
      `
Times: RFC 3339, "2026-11-17 14:05" in your time zone, "2h ago", 90m, now.

Examples:
  evioctl ${what} --at "2h ago"
  evioctl ${what} --as-of 812 --json
  evioctl ${what} --watch --ndjson`,
    );

/** Whether the past was asked for. Misuse is told through `command`. */
export const asksPast = (command: Command, { at, asOf }: PastOptions, watch: number | undefined): boolean => {
  if (at !== undefined && asOf !== undefined) command.error('error: give --at or --as-of, not both');
  const past = at !== undefined || asOf !== undefined;
  if (watch !== undefined && past)
    command.error('error: --watch asks the agent how it is now: leave out --at and --as-of, or --watch');
  return past;
};

const pointOf = ({ at, asOf, latest }: PastOptions, vantage: Vantage, end: number): Checked<Point> => {
  if (latest === true && end >= 0) return E.right({ position: end });
  return asOf === undefined
    ? F.pipe(
        parseMoment('at', at ?? 'now', vantage),
        E.map((moment) => ({ at: moment })),
      )
    : F.pipe(
        parsePosition('as-of', asOf, end),
        E.map((position) => ({ position })),
      );
};

const askPast =
  <Answer>(
    look: (index: OwnershipIndex, point: Point) => Answer,
    rows: (answer: Answer) => ReadonlyArray<unknown>,
    words: (answer: Answer, zone: string) => string,
  ) =>
  (context: Context, options: PastOptions): Promise<void> =>
    onIndex(context, ({ index, terminal, vantage, end }) =>
      F.pipe(
        pointOf(options, vantage, end),
        E.map((point) => {
          const value = look(index, point);
          printAnswer(terminal, { value, rows: rows(value), words: () => words(value, vantage.zone) });
          return exitCodes.done;
        }),
      ),
    );

export const pastPods = askPast(podsAt, ({ pods }) => pods, podsAtWords);
export const pastLeases = askPast(leasesAt, ({ leases }) => leases, leasesAtWords);
