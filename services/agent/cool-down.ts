import type { Clock } from '../../domain/port/clock.ts';

/**
 * Watches how soon addresses are given again. The order of reuse – longest free first – keeps any cool-down for as long as
 * other addresses are free; when one comes back sooner, its subnet has no other, and an operator should know.
 */
export type CoolDown = {
  readonly released: (addresses: ReadonlyArray<string>) => void;
  /** Which of these were released less than the cool-down ago, and how many milliseconds ago. */
  readonly tooSoon: (
    addresses: ReadonlyArray<string>,
  ) => ReadonlyArray<{ readonly address: string; readonly ms: number }>;
};

export const makeCoolDown = (clock: Clock, coolDownMs: number): CoolDown => {
  /** In the order of release, so what is over is at the front. */
  const releasedAt = new Map<string, number>();
  const forgetOver = (now: number): void => {
    for (const [address, at] of releasedAt) {
      if (now - at < coolDownMs) return;
      releasedAt.delete(address);
    }
  };
  return {
    released: (addresses) => {
      const now = clock.monotonicMs();
      forgetOver(now);
      for (const address of addresses) {
        releasedAt.delete(address);
        releasedAt.set(address, now);
      }
    },
    tooSoon: (addresses) => {
      const now = clock.monotonicMs();
      forgetOver(now);
      return addresses.flatMap((address) => {
        const at = releasedAt.get(address);
        return at === undefined ? [] : [{ address, ms: now - at }];
      });
    },
  };
};
