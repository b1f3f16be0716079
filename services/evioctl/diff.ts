import { either as E, function as F } from 'fp-ts';
import { type Diff, type Difference, diff } from '../../domain/projection/ownership-at.ts';
import { parsePoint } from '../../domain/time/point.ts';
import { leaseHead, leaseRow, podHead, podRow, pointWords } from './at-words.ts';
import { columns } from './columns.ts';
import type { AddCommand } from './context.ts';
import { exitCodes } from './exit-code.ts';
import { onIndex } from './on-index.ts';
import { footer, inZone } from './past-words.ts';
import { printAnswer } from './print-answer.ts';

type Cells = ReadonlyArray<string>;

/** `+` added, `-` removed, `<` as it was, `>` as it became. */
const marked = <View>({ added, removed, changed }: Difference<View>, row: (view: View) => Cells) => [
  ...removed.map((view): Cells => ['-', ...row(view)]),
  ...added.map((view): Cells => ['+', ...row(view)]),
  ...changed.flatMap(
    ({ before, after }): ReadonlyArray<Cells> => [
      ['<', ...row(before)],
      ['>', ...row(after)],
    ],
  ),
];

const counted = <View>(what: string, { added, removed, changed }: Difference<View>): string =>
  `${what}: ${added.length} added, ${removed.length} removed, ${changed.length} changed`;

const diffWords = (answer: Diff, zone: string): string => {
  const words = inZone(zone);
  const leases = marked(answer.leases, leaseRow(words));
  const pods = marked(answer.pods, podRow(words));
  return [
    `from ${pointWords(answer.from, zone)}`,
    `to   ${pointWords(answer.to, zone)}`,
    '',
    counted('leases', answer.leases),
    ...(leases.length === 0 ? [] : [columns(['', ...leaseHead], leases)]),
    '',
    counted('pods', answer.pods),
    ...(pods.length === 0 ? [] : [columns(['', ...podHead], pods)]),
    '',
    ...footer(answer, words),
  ].join('\n');
};

const rowsOf = ({ leases, pods }: Diff): ReadonlyArray<unknown> =>
  [
    { kind: 'lease', ...leases },
    { kind: 'pod', ...pods },
  ].flatMap(({ kind, added, removed, changed }) => [
    ...removed.map((before) => ({ change: 'removed', kind, before })),
    ...added.map((after) => ({ change: 'added', kind, after })),
    ...changed.map((both) => ({ change: 'changed', kind, ...both })),
  ]);

export const addDiff: AddCommand = (program, context) => {
  program
    .command('diff <from> <to>')
    .description('which leases and allocations were added, removed or changed between two times or positions')
    .addHelpText(
      'after',
      `
Each side: a time (RFC 3339, "2026-11-17 14:05" in your time zone, "2h ago", 90m, now), or @POSITION in the log.

Examples:
  evioctl diff "2026-11-17 14:00" "2026-11-17 15:00"
  evioctl diff @812 @990 --json`,
    )
    .action((from: string, to: string) =>
      onIndex(context, ({ index, terminal, vantage, end }) =>
        F.pipe(
          E.Do,
          E.bind('first', () => parsePoint('from', from, vantage, end)),
          E.bind('second', () => parsePoint('to', to, vantage, end)),
          E.map(({ first, second }) => {
            const value = diff(index, first, second);
            const words = () => diffWords(value, vantage.zone);
            printAnswer(terminal, { value, rows: rowsOf(value), words });
            return exitCodes.done;
          }),
        ),
      ),
    );
};
