import { getScriptArgs } from 'quickjs:cmdline';
import * as os from 'quickjs:os';

export { exit } from 'quickjs:cmdline';
export { getenviron as environment } from 'quickjs:std';

/** The last part of the path by which this process was started. */
export const program = (): string => getScriptArgs()[0]?.replace(/^.*\//, '') ?? '';

/**
 * Resolves with the signal's name at SIGTERM or SIGINT. From the call on the process does not die of them, until
 * `writeOutput` (standard-streams.ts) lets it again.
 */
export const termination = (): Promise<string> =>
  new Promise((resolve) => {
    os.signal(os.SIGTERM, () => resolve('SIGTERM'));
    os.signal(os.SIGINT, () => resolve('SIGINT'));
  });
