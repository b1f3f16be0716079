import { stripVTControlCharacters } from 'node:util';
import { heading } from './paint.ts';

type Cells = ReadonlyArray<string>;

const width = (cell: string): number => stripVTControlCharacters(cell).length;

/**
 * Aligned columns under headings, without borders, as kubectl prints them. Our own: an answer may have tens of thousands of
 * rows, over which cli-table3 sits for a minute.
 */
export const columns = (head: Cells, rows: ReadonlyArray<Cells>): string => {
  const all = [head.map(heading), ...rows];
  const widths = head.map((_, column) =>
    all.reduce((widest, cells) => Math.max(widest, width(cells[column] ?? '')), 0),
  );
  const padded = (cell: string, column: number): string =>
    cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
  return all.map((cells) => cells.map(padded).join('  ').trimEnd()).join('\n');
};
