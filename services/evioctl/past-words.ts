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

/** How far each stream is known: first those that are not known far enough. */
const knownLines = (known: ReadonlyArray<Known>, time: TimeWords): ReadonlyArray<string> => {
  const sorted = [...known].sort((a, b) => Number(a.complete) - Number(b.complete));
  const rest = sorted.slice(listed);
  const lacking = rest.filter(({ complete }) => !complete).length;
  const complete = rest.length - lacking;
  return [
    ...sorted.slice(0, listed).map((one) => `known: ${knownWords(one, time)}`),
    ...(lacking === 0 ? [] : [`known: ${lacking} more streams not so far: --json lists them`]),
    ...(complete === 0 ? [] : [`known: ${complete} more streams as far as was asked`]),
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
