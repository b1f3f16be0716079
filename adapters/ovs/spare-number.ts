import type { Replica } from './replica.ts';

/**
 * ovs-vswitchd numbers ports from 1 on, each higher than the one before (ovs-vswitchd.conf.db(5), Interface, ofport_request), so the
 * upper half is as good as ours; behind it are OpenFlow's reserved numbers (OpenFlow 1.0, OFPP_MAX).
 */
const first = 0x8000;
const behind = 0xff00;

/**
 * Gives a number that no port has, and not the same again before all others were given: who was given one may plug in its port later
 * than the next asks.
 */
export const makeSpareNumbers = (): ((replica: Pick<Replica, 'interfaces'>) => number) => {
  let last = behind - 1;
  return (replica) => {
    const taken = new Set(replica.interfaces().map(({ ofport }) => ofport));
    do last = last + 1 < behind ? last + 1 : first;
    while (taken.has(last) && taken.size < behind - first);
    return last;
  };
};
