import type { Moment } from '../time/moment.ts';
import type { Boot } from './horizon.ts';

/**
 * What is known of the clock that a time was read from, in the boot of the node in which it was. Times of a cluster's stream are read from
 * the clocks of the allocator and of operators: of those no event tells.
 */
export type ClockView = 'synchronised' | 'not synchronised' | 'not recorded' | 'not of a node';

/** The same of several boots. */
export type ClocksView = ClockView | 'not always synchronised' | 'not always recorded';

const clockOf = (boot: Boot | undefined): ClockView => {
  if (boot?.clockSynchronised === undefined) return 'not recorded';
  return boot.clockSynchronised ? 'synchronised' : 'not synchronised';
};

/** In the boot to which a position belongs. Tens of thousands are asked for at once, and mostly no boot says anything. */
export const clockAt = (boots: ReadonlyArray<Boot>): ((position: number) => ClockView) =>
  boots.every(({ clockSynchronised }) => clockSynchronised === undefined)
    ? () => 'not recorded'
    : (position) => clockOf(boots.findLast((one) => one.position <= position));

/** All of them in one word: what is known to be wrong in any of them counts. */
export const together = (clocks: Iterable<ClocksView>): ClocksView => {
  const all = new Set(clocks);
  const [first = 'not recorded', ...others] = all;
  if (others.length === 0) return first;
  return all.has('not synchronised') || all.has('not always synchronised')
    ? 'not always synchronised'
    : 'not always recorded';
};

/** How long a boot may have lasted by its own clock; where that went back before the next one, nobody knows. */
const endOf = ({ at }: Boot, next: Boot | undefined): Moment =>
  next === undefined || next.at < at ? Number.POSITIVE_INFINITY : next.at;

/** In the boots that lasted at some moment of a period, both included; in all where none is given. */
export const clocksIn = (
  boots: ReadonlyArray<Boot>,
  period?: { readonly from: Moment; readonly to: Moment },
): ClocksView => {
  const lasted = (boot: Boot, index: number): boolean =>
    period === undefined || (boot.at <= period.to && endOf(boot, boots[index + 1]) > period.from);
  return together(boots.filter(lasted).map(clockOf));
};

/** Whether nothing speaks against such times: that they are no node's is no fault of one. */
export const isTrusted = (clock: ClocksView | undefined): boolean =>
  clock === undefined || clock === 'synchronised' || clock === 'not of a node';
