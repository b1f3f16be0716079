import type { Clock } from '../../domain/port/clock.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { Calling } from './calling.ts';
import { deadlineOf } from './connection.ts';

/** So many deadlines of the connection string: a minute with the usual one. */
const deadlines = 6;

/**
 * How long who sits before a server hears nothing of it, in milliseconds, until he gives it up: a connection that is taken and never answered
 * has no other end, for readings have no deadline.
 */
export const longestSilence = (text: string): number => deadlines * deadlineOf(text);

/** Tells once that nothing was heard for so long; until `over` aborts. */
export const watchSilence = (
  { clock, timer }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly timer: Pick<Timer, 'sleep'> },
  longestMs: number,
  over: AbortSignal,
  tell: (words: string) => void,
): Pick<Calling, 'heard'> => {
  let heardMs = clock.monotonicMs();
  const watch = async (): Promise<void> => {
    for (;;) {
      const left = heardMs + longestMs - clock.monotonicMs();
      if (left <= 0) return tell(`nothing was heard of it for ${longestMs / 1000} s`);
      await timer.sleep(left, over);
      if (over.aborted) return;
    }
  };
  void watch();
  return {
    heard: (againMs = 0) => {
      heardMs = clock.monotonicMs() + againMs;
    },
  };
};
