import type { CniError } from '../../domain/cni/error.ts';
import type { CniVersion } from '../../domain/cni/version.ts';
import type { Outcome } from './capabilities.ts';

/** One JSON document on stdout, and nothing else. */
export const printed = (value: unknown): Outcome => ({
  stdout: `${JSON.stringify(value)}\n`,
  stderr: '',
  exitCode: 0,
});

/** Success of every verb that has no result. */
export const silent: Outcome = { stdout: '', stderr: '', exitCode: 0 };

/** The error object, in the version that the configuration speaks. */
export const refused = (cniVersion: CniVersion, error: CniError): Outcome => ({
  ...printed({ cniVersion, ...error }),
  exitCode: 1,
});
