import type { DelegateFailure } from '../port/delegate.ts';
import { plain, shown } from '../shown.ts';
import { type CniError, codes } from './error.ts';
import type { Verb } from './version.ts';

const named = (plugin: string): string => `the IPAM plugin "${plain(plugin)}"`;

/** As libcni says it of any plugin; the specification has no code for it, and the configuration is what can be wrong. */
export const delegateMissing = (verb: Verb, plugin: string, folders: ReadonlyArray<string>): CniError => ({
  code: verb === 'STATUS' ? codes.notAvailable : codes.invalidNetworkConfig,
  msg: `"ipam.type": failed to find plugin "${plain(plugin)}" in path [${plain(folders.join(' '))}]`,
  details: 'install it in one of these folders (CNI_PATH), or correct "ipam.type"',
});

export const delegateFailed = (
  verb: Verb,
  plugin: string,
  path: string,
  failure: Exclude<DelegateFailure, { readonly type: 'given-up' }>,
): CniError =>
  failure.type === 'failed'
    ? {
        code: codes.io,
        msg: `${named(plugin)} could not be run for ${verb}: ${plain(failure.reason)}`,
        details: `is "${plain(path)}" a program of this machine that root may execute?`,
      }
    : {
        code: codes.undecodable,
        msg: `${named(plugin)} said more than ${failure.most} bytes for ${verb}`,
        details: `a plugin says one JSON object; is "${plain(path)}" one?`,
      };

export const delegateTooSlow = (verb: Verb, plugin: string, limitMs: number): CniError => ({
  code: verb === 'STATUS' ? codes.notAvailable : codes.tryAgainLater,
  msg: `${named(plugin)} did not end its ${verb} within ${limitMs / 1000} s`,
  details: 'it was ended; what it waits for, it may say on stderr, in the log of the container runtime',
});

/** It refused without an error object (CNI spec 1.1.0, section 5, "Error"). */
export const delegateSpeechless = (
  verb: Verb,
  plugin: string,
  exitCode: number | undefined,
  stdout: string,
): CniError => ({
  code: codes.internal,
  msg: `${named(plugin)} failed its ${verb} (${exitCode === undefined ? 'a signal ended it' : `exit code ${exitCode}`}) without a CNI error`,
  details: stdout === '' ? 'what it wrote to stderr is in the log of the container runtime' : shown(stdout),
});

/** What it refused, in its own words and with its own code. */
export const delegateRefused = (
  plugin: string,
  { code, msg, details }: Omit<CniError, 'details'> & { readonly details?: string | undefined },
): CniError => ({
  code,
  msg,
  details: `${details === undefined || details === '' ? '' : `${details}; `}${named(plugin)} says so`,
});

export const unusableResult = (plugin: string, reason: string): CniError => ({
  code: codes.undecodable,
  msg: `the result of ${named(plugin)} cannot be used: ${plain(reason)}`,
  details:
    'what it had given was given back; an IPAM plugin answers ADD with "ips", and with "routes" and "dns" if need be',
});

export const unusableRoute = (plugin: string, route: unknown, gateways: ReadonlyArray<string>): CniError => ({
  code: codes.unsupportedField,
  msg: `${named(plugin)} gave the route ${shown(route)}, which this plugin cannot make`,
  details: `a pod's one way out is ${plain(gateways.join(' and '))}: take the route, or what it says beside "dst", out of "ipam"`,
});

/** GC goes on after an error, and says all of them at the end. */
export const bothFailed = (ours: CniError, theirs: CniError): CniError => ({
  code: ours.code,
  msg: `${ours.msg}; and ${theirs.msg}`,
  details: `${ours.details}; ${theirs.details}`,
});
