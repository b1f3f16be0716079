import { printJson, type Terminal } from './terminal.ts';

/** What a command found. */
export type Answer = {
  /** All of it, for programs. */
  readonly value: unknown;
  /** What it lists, where it is a list: `--ndjson` prints these alone. */
  readonly rows?: Iterable<unknown>;
  readonly words: () => string;
};

/** The one place that decides how an answer is printed: words for people, one JSON text, or a line of JSON for each row. */
export const printAnswer = (terminal: Terminal, { value, rows, words }: Answer): void => {
  if (terminal.json === false) terminal.out(words());
  else if (terminal.json === 'lines' && rows !== undefined)
    for (const row of rows) terminal.out(JSON.stringify(row));
  else printJson(terminal, value);
};
