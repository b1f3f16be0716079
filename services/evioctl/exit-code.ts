import type { AskFailure } from '../ask.ts';

/** Documented in `evioctl --help`. */
export const exitCodes = { done: 0, refused: 1, usage: 2, noAgent: 3, notSound: 4 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The one place where a failure becomes an exit code. */
export const exitCodeOf = (failure: AskFailure): ExitCode => {
  switch (failure.type) {
    case 'no-agent':
    case 'no-answer':
      return exitCodes.noAgent;
    case 'refused':
    case 'violations':
      return exitCodes.refused;
  }
};
