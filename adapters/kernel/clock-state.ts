import { adjtimex } from './libc.ts';

/** Room for `struct timex`, which has 208 bytes on 64-bit Linux; its first field 0 asks and changes nothing. */
const timexBytes = 256;

/** The clock is not synchronised (adjtimex(2), TIME_ERROR). */
const timeError = 5;

/**
 * Whether something keeps the machine's clock by others', as the kernel knows it: NTP daemons tell it, and it forgets when they
 * have been silent for long. `undefined` where the kernel does not say.
 */
export const clockSynchronised = (): boolean | undefined => {
  const state = adjtimex(Buffer.alloc(timexBytes));
  return state < 0 ? undefined : state !== timeError;
};
