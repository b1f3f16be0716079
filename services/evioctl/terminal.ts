import { describeViolation } from '../../domain/cluster/violation.ts';
import type { AskFailure } from '../ask.ts';
import type { Drawable } from '../progress.ts';
import { errorMark } from './paint.ts';

/** Where an answer goes. */
export type Terminal = Drawable & {
  /**
   * For programs: one indented JSON text (`--json`); lines of JSON (`--ndjson`), of a list one for each row; or each answer whole on a
   * line. False for people: words and tables.
   */
  readonly json: false | 'text' | 'lines' | 'line';
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
};

export const printJson = (terminal: Terminal, body: unknown): void =>
  terminal.out(JSON.stringify(body, undefined, terminal.json === 'text' ? 2 : undefined));

/** What an answer leaves open, for people; programs find it in the answer itself. */
export const printUntold = ({ json, err }: Terminal, untold: ReadonlyArray<string>): void => {
  if (json === false) for (const words of untold) err(`cannot be told yet: ${words}`);
};

/** A refusal: what is wrong, then what to do; as JSON on the same stream as an answer would be. */
export const printFailure = (terminal: Terminal, failure: AskFailure): void => {
  if (terminal.json !== false) {
    printJson(terminal, { error: failure });
    return;
  }
  if (failure.type === 'violations') {
    for (const violation of failure.violations)
      terminal.err(`${errorMark()} ${describeViolation(violation)}`);
    printUntold(terminal, failure.untold ?? []);
    return;
  }
  terminal.err(`${errorMark()} ${failure.msg}`);
  if (failure.remedy !== '') terminal.err(`       ${failure.remedy}`);
};
