import { clock_gettime } from './libc.ts';

/** CLOCK_BOOTTIME of clock_gettime(2): as CLOCK_MONOTONIC, and it goes on while the machine is suspended. */
const bootTime = 7;

/** `struct timespec` of 64-bit Linux: seconds, then nanoseconds, eight bytes each. */
const timespecBytes = 16;

/** As the port says. Node's own clock stands still while the machine is suspended, and /proc/uptime is another one in some containers. */
export const sinceBootMs = (): number => {
  const timespec = Buffer.alloc(timespecBytes);
  if (clock_gettime(bootTime, timespec) !== 0) throw new Error('the kernel has no CLOCK_BOOTTIME');
  return Number(timespec.readBigInt64LE(0)) * 1000 + Number(timespec.readBigInt64LE(8)) / 1e6;
};
