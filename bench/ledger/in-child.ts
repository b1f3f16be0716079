import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LedgerFigures } from './figures.ts';
import type { Measurement } from './measurements.ts';

const run = promisify(execFile);

/** In a process of its own: what one measurement leaves in memory is not another's. */
export const inChild = async (
  name: Measurement,
  path: string,
): Promise<Partial<LedgerFigures> & { readonly peakMiB: number }> => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'measure.ts'), name, path]).catch(
    (cause: { readonly stderr?: string }) => {
      throw new Error(`${name} failed:\n${cause.stderr ?? cause}`);
    },
  );
  return JSON.parse(stdout);
};
