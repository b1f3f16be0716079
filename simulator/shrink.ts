/** Whether a history still breaks the promise. */
export type StillBreaks<Step> = (history: ReadonlyArray<Step>) => Promise<boolean>;

/**
 * Delta debugging (Zeller and Hildebrandt, 2002): leaves out ever smaller parts while the promise still breaks. At most so many
 * histories are played, so a long one may stay longer than it had to.
 */
export const shrink = async <Step>(
  history: ReadonlyArray<Step>,
  stillBreaks: StillBreaks<Step>,
  cap: number,
): Promise<ReadonlyArray<Step>> => {
  let shortest = history;
  let played = 0;
  for (
    let part = Math.ceil(history.length / 2);
    part >= 1 && played < cap;
    part = part === 1 ? 0 : Math.ceil(part / 2)
  ) {
    for (let from = 0; from < shortest.length && played < cap; ) {
      const without = [...shortest.slice(0, from), ...shortest.slice(from + part)];
      played += 1;
      if (await stillBreaks(without)) shortest = without;
      else from += part;
    }
  }
  return shortest;
};
