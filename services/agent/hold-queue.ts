import { either as E } from 'fp-ts';
import type { AgentPorts } from './ports.ts';

/** Plugins hold the queue for milliseconds. One that was stopped in the middle must not keep the node from serving. */
const longestMs = 10_000;
const askAgainMs = 20;

/**
 * Waits for plugins that are queueing now, and keeps others from beginning, until the returned function is called. Gives up waiting
 * after ten seconds: what is queued later is seen all the same, by the watch or by the ADD that it would stand in the way of.
 */
export const holdQueue = async ({
  delQueue,
  timer,
  clock,
  log,
}: Pick<AgentPorts, 'delQueue' | 'timer' | 'clock' | 'log'>): Promise<() => void> => {
  const startedMs = clock.monotonicMs();
  for (;;) {
    const held = delQueue.hold();
    if (E.isRight(held)) return held.right;
    const failure = held.left;
    if (failure.type !== 'queue-busy' || clock.monotonicMs() - startedMs >= longestMs) {
      log.warn('the queue of DELs could not be locked', { folder: delQueue.folder, failure });
      return () => undefined;
    }
    await timer.sleep(askAgainMs);
  }
};
