import type { Unavailable } from './event-store.ts';

/**
 * Why a log takes nothing more until the program that has it open begins anew: its disk refused a flush (`flush: 'refused'`). What was
 * acknowledged is on disk, and reads are served. `undefined` while it takes appends.
 */
export type Latched = () => Unavailable | undefined;
