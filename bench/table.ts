import { median, p99 } from './statistics.ts';

export type Table = {
  readonly title: string;
  readonly columns: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<ReadonlyArray<string>>;
};

/** The first column to the left, the others to the right. */
export const printed = ({ title, columns, rows }: Table): string => {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: ReadonlyArray<string>): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return [title, line(columns), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join(
    '\n',
  );
};

export const milliseconds = (value: number): string => value.toFixed(2);

export const ratio = (value: number): string => value.toFixed(2);

export const sampleColumns: ReadonlyArray<string> = ['ms', 'median', 'p99', 'n'];

export const sampleRow = (name: string, sample: ReadonlyArray<number>): ReadonlyArray<string> => [
  name,
  milliseconds(median(sample)),
  milliseconds(p99(sample)),
  String(sample.length),
];
