import { type ClocksView, isTrusted } from '../../domain/projection/clock-view.ts';
import type { Contradiction } from '../../domain/projection/contradiction.ts';
import type { Known } from '../../domain/projection/horizon-answer.ts';
import type { StepView } from '../../domain/projection/horizon-steps.ts';
import { parseHostStream } from '../../domain/stream.ts';
import { localTime } from '../../domain/time/moment.ts';

/** Times of an answer in the reader's zone. */
export type TimeWords = (time: string) => string;

export const inZone =
  (zone: string): TimeWords =>
  (time) =>
    localTime(Date.parse(time), zone);

/** More than so many streams are counted, not listed. */
const listed = 12;

const knownWords = ({ of, completeTo, position, archived, complete }: Known, time: TimeWords): string => {
  if (completeTo === undefined) return `${of}: no event of it is in this log`;
  const to = `complete to ${time(completeTo)} (position ${position})`;
  if (archived !== undefined)
    return `${of} ${to}; before ${time(archived.until)} (position ${archived.position}) archived: give --archive FILE${complete ? '' : ': what was asked is not known'}`;
  return complete ? `${of} ${to}` : `${of} ${to}: unknown after that`;
};

/** Of which clock the times are; nothing where there are none, or the answer does not say. */
const clockWords = ({ completeTo, clock }: Known): ReadonlyArray<string> => {
  if (clock === undefined || completeTo === undefined) return [];
  return [clock === 'not of a node' ? 'times by the clocks of allocator and operators' : `clock ${clock}`];
};

/** `clocks: 980 synchronised, 8 not recorded` */
const clockCounts = (known: ReadonlyArray<Known>): ReadonlyArray<string> => {
  const counts = new Map<ClocksView, number>();
  for (const { clock } of known) if (clock !== undefined) counts.set(clock, (counts.get(clock) ?? 0) + 1);
  const words = [...counts].map(([clock, count]) => `${count} ${clock}`);
  return words.length === 0 ? [] : [`clocks: ${words.join(', ')}`];
};

const knownLine = (...words: ReadonlyArray<string>): string => `known: ${words.join('; ')}`;

/**
 * How far each stream is known, and by which clock: first those that are not known far enough, then those whose clock was not synchronised
 * for certain.
 */
const knownLines = (known: ReadonlyArray<Known>, time: TimeWords): ReadonlyArray<string> => {
  const rank = ({ complete, clock }: Known): number => (complete ? (isTrusted(clock) ? 2 : 1) : 0);
  const sorted = [...known].sort((a, b) => rank(a) - rank(b));
  const rest = sorted.slice(listed);
  const lacking = rest.filter(({ complete }) => !complete);
  const complete = rest.filter((one) => one.complete);
  return [
    ...sorted.slice(0, listed).map((one) => knownLine(knownWords(one, time), ...clockWords(one))),
    ...(lacking.length === 0
      ? []
      : [knownLine(`${lacking.length} more streams not so far: --json lists them`, ...clockCounts(lacking))]),
    ...(complete.length === 0
      ? []
      : [knownLine(`${complete.length} more streams as far as was asked`, ...clockCounts(complete))]),
  ];
};

const stepWords = ({ stream, before, after, revision }: StepView, time: TimeWords): string => {
  const writer = parseHostStream(stream)?.node ?? stream;
  return `clock: that of ${writer} went back from ${time(before)} to ${time(after)} at revision ${revision}: times between came twice, and order is by revision`;
};

/** What stands below every answer about the past: contradictions, clocks that went back, how far all is known. */
export const footer = (
  answer: {
    readonly contradictions: ReadonlyArray<Contradiction>;
    readonly stepsBack?: ReadonlyArray<StepView>;
    readonly known: ReadonlyArray<Known>;
  },
  time: TimeWords,
): ReadonlyArray<string> => [
  ...answer.contradictions.map(
    ({ what, holders, reason }) => `contradiction: ${what}: ${holders.join(' and ')} at once, ${reason}`,
  ),
  ...(answer.stepsBack ?? []).map((step) => stepWords(step, time)),
  ...knownLines(answer.known, time),
];
