import { readFile } from 'node:fs/promises';
import { sha256 } from './sha256.ts';

/**
 * A digest of the machine's id: 64 hexadecimal digits. The id itself is not to leave the machine (machine-id(5)). `undefined` where there
 * is none: it is a hint, and nothing waits for it.
 */
export const hashedMachineId = async (path = '/etc/machine-id'): Promise<string | undefined> => {
  try {
    const id = (await readFile(path, 'utf8')).trim();
    return /^[0-9a-f]{32}$/.test(id) ? sha256(id) : undefined;
  } catch {
    return undefined;
  }
};
