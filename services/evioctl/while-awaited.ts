import type { Timer } from '../../domain/port/timer.ts';

const lookEveryMs = 250;

/** Gives what is awaited; until then it looks, four times a second, as long as a look gives that it wants another. */
export const whileAwaited = async <A>(
  timer: Pick<Timer, 'sleep'>,
  awaited: Promise<A>,
  look: () => boolean | Promise<boolean>,
): Promise<A> => {
  const ended = new AbortController();
  const { signal } = ended;
  const over = awaited.finally(() => ended.abort());
  let more = true;
  while (more && !signal.aborted) {
    await Promise.race([over, timer.sleep(lookEveryMs, signal)]);
    more = signal.aborted || (await look());
  }
  return over;
};
