/**
 * One round at a time, never a missed call: a call that comes during a round is answered by one more round behind it, and
 * all who wait for that round share it.
 */
export const coalesce = (round: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  const start = (): Promise<void> => {
    running = round().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    following ??= running
      .catch(() => undefined)
      .then(() => {
        following = undefined;
        return start();
      });
    return following;
  };
};
