import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's programs keep what they can make again (XDG Base Directory Specification). */
export const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'evio');
