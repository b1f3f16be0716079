import { join, resolve } from 'node:path';
import { nodeFlagsOf } from './node-flags.ts';

const root = resolve(import.meta.dirname, '../..');

/** The command that starts a program of ours: as `npm run build` leaves it, with the flags of its first line; or the sources, which need no build. */
export const programOf = async (service: string, built: boolean): Promise<ReadonlyArray<string>> => {
  if (!built) return [process.execPath, join(root, `services/${service}/main.ts`)];
  const file = join(root, `dist/services/${service}/main.js`);
  return [process.execPath, ...(await nodeFlagsOf(file)), file];
};
