import { Option } from 'commander';
import type { Terminal } from './terminal.ts';

/** For lists: `--json` gives one value with everything around them, this one only the rows. */
export const ndjsonOption = (): Option => new Option('--ndjson', 'print one JSON value a line for each row');

export const printLines = (terminal: Terminal, rows: ReadonlyArray<unknown>): void => {
  for (const row of rows) terminal.out(JSON.stringify(row));
};
