import { hash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';

/** Every file below the folder by its path there, in one order on every machine. */
const filesBelow = (folder: string): ReadonlyArray<readonly [path: string, text: string]> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** SHA-256 over a package's `package.json` and the names and texts of all files of one of its folders. */
export const fingerprintOf = (packageJson: string, folder: string): string =>
  hash('sha256', JSON.stringify([readFileSync(packageJson, 'utf8'), ...filesBelow(folder)]), 'hex');

/**
 * Stands for the code that folds and keeps states, as it runs here. All of the domain is in it: a fold reaches wherever its
 * imports lead, and hashing the rest along costs a few milliseconds and now and then a snapshot, where a list kept by hand would
 * one day miss a file. `package.json` brings the exact versions of what the domain imports from outside. Sources and `dist`
 * differ. Code that cannot be read is like no other: its fingerprint never comes twice.
 */
export const codeFingerprint = (): string => {
  try {
    return fingerprintOf(
      findPackageJSON('..', import.meta.url) ?? '',
      join(import.meta.dirname, '../../domain'),
    );
  } catch {
    return randomUUID();
  }
};
