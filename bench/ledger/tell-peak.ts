import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Imported before a program (`--import`), tells on descriptor 3, when it ends, the most memory that it ever had resident, in KiB; of
 * the whole process (getrusage(2)), whose threads import this too.
 */
const told = 3;
if (isMainThread) process.once('exit', () => writeSync(told, String(process.resourceUsage().maxRSS)));
