import { either as E } from 'fp-ts';
import type { PastOptions } from './at.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import type { Ledger } from './ledger.ts';
import { printFailure, type Terminal } from './terminal.ts';

/** A question about the past, and about now by the log alone. */
export type AskPast = (context: Context, options: PastOptions) => Promise<void>;

export const isGiven = (ledger: Ledger): boolean => {
  const address = ledger.address();
  return E.isRight(address) && address.right !== undefined;
};

/** The answer as the log knows it at its end. */
export const latest = async (context: Context, terminal: Terminal, ask: AskPast): Promise<ExitCode> => {
  await ask({ ...context, terminal: () => terminal }, { latest: true });
  return (process.exitCode ?? exitCodes.done) as ExitCode;
};

/** Shows it with all that came since it was shown last; the first time, that was read already. */
export const withNews = (
  { ledger }: Context,
  show: (terminal: Terminal) => Promise<ExitCode>,
): ((terminal: Terminal) => Promise<ExitCode>) => {
  let shown = false;
  return async (terminal) => {
    const read = shown ? await ledger.catchUp() : E.right(undefined);
    shown = true;
    if (E.isRight(read)) return show(terminal);
    printFailure(terminal, read.left);
    return exitCodeOf(read.left);
  };
};
