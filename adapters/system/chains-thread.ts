import type { ChainsAhead } from '../../domain/port/chains-ahead.ts';
import type { Verified } from '../../domain/verify/verification.ts';
import { programThread } from './program-thread.ts';

/** What the thread is given: the log's file, and the position at which the log ends for it. */
export type ChainsWork = { readonly path: string; readonly last: number };

/** What it says: how many events are proven; at its end, once, the outcome. */
export type ChainsMessage = number | Verified;

/** Heads of streams are all that it keeps: it needs little memory. Young is what many pages leave behind, and the one that is read. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

/** Starts the program in `file` as a thread. One that fails, for whatever reason, has no outcome. */
export const chainsThread = (file: URL, work: ChainsWork): ChainsAhead => {
  let proven = 0;
  let ended = false;
  let look = (): void => {};
  const { promise: outcome, resolve: end } = Promise.withResolvers<Verified | undefined>();
  const stop = programThread<ChainsMessage>(file, work, resourceLimits, (said) => {
    if (typeof said === 'number') proven = said;
    else {
      end(said);
      ended = true;
    }
    look();
  });
  return {
    reach: (position) =>
      new Promise((resolve) => {
        look = () => {
          if (proven > position) resolve(true);
          else if (ended) resolve(false);
        };
        look();
      }),
    outcome,
    stop,
  };
};
