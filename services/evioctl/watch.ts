import { InvalidArgumentError, Option } from 'commander';
import type { Timer } from '../../domain/port/timer.ts';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

const seconds = (text: string): number => {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) >= 0.1) return Number(text);
  throw new InvalidArgumentError('a number of seconds, 0.1 or more.');
};

/** `--watch` alone asks every two seconds. */
export const watchOption = (): Option =>
  new Option('--watch [seconds]', 'ask again and again, every 2 seconds or as given, until Ctrl-C')
    .preset('2')
    .argParser(seconds);

const clearScreen = '\x1b[H\x1b[2J\x1b[3J';

/** What each round shows: `state` is shown whole, in the place of what it was; `growth` is what came since. */
export type Watched = 'state' | 'growth';

/** To a program that reads lines, a state is a line; one that is as it was is not said again. */
const lineByLine = (terminal: Terminal): Terminal => {
  let last: string | undefined;
  const out = (text: string): void => {
    if (text !== last) terminal.out(text);
    last = text;
  };
  return { ...terminal, json: 'line', out };
};

/**
 * Shows the answer once, or anew whenever the time has come until `isOver`: also when there was none, for an agent may come back.
 */
export const watching = async (
  {
    timer,
    terminal,
    isTerminal,
  }: { readonly timer: Pick<Timer, 'sleep'>; readonly terminal: Terminal; readonly isTerminal: boolean },
  every: number | undefined,
  watched: Watched,
  show: (terminal: Terminal) => Promise<ExitCode>,
  isOver: () => boolean = () => false,
): Promise<ExitCode> => {
  if (every === undefined) return show(terminal);
  const shown = watched === 'state' && terminal.json === 'lines' ? lineByLine(terminal) : terminal;
  for (;;) {
    if (watched === 'state' && isTerminal && terminal.json === false) terminal.out(clearScreen);
    const code = await show(shown);
    if (isOver()) return code;
    await timer.sleep(every * 1000);
  }
};
