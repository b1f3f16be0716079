/**
 * One round at a time, never a missed call: a call that comes during a round is answered by one more round behind it, and
 * all who wait for that round share it.
 */
export const coalesce = (round: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  const ask = (): Promise<void> => {
    if (running === undefined) {
      running = round().finally(() => {
        running = undefined;
      });
      return running;
    }
    following ??= running
      .catch(() => undefined)
      .then(() => {
        following = undefined;
        // Asks again and does not just begin: somebody may have asked in the moment between.
        return ask();
      });
    return following;
  };
  return ask;
};
