import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow by so many percent of what lives in it before it is swept, not by as much again and more, as suits a machine with
 * memory to spare. A million events then pass through half the memory, for some percent of the time. V8 asks for the flag
 * at every sweep, so it counts from here on. (Room for what is young is another matter, given in a program's first line: evioctl's
 * answers live until they are printed, and each sweep in between moves them.)
 */
export const growHeapSlowly = (percent = 30): void => setFlagsFromString(`--heap-growing-percent=${percent}`);

/** From here on as V8 sees fit: for the one answer at a program's end, of whose making a sweep of the whole heap would be a third. */
export const growHeapFreely = (): void => setFlagsFromString('--heap-growing-percent=0');
