import { either as E } from 'fp-ts';
import { type CniError, incompatibleVersion, undecodable, verbNeedsVersion } from './error.ts';

/** The versions of the CNI specification whose configurations we read and whose results we write, oldest first. */
export const supportedVersions = ['0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;
export type CniVersion = (typeof supportedVersions)[number];

export const newestVersion: CniVersion = '1.1.0';

export const verbs = ['ADD', 'DEL', 'CHECK', 'STATUS', 'GC', 'VERSION'] as const;
export type Verb = (typeof verbs)[number];

const introducedIn: Readonly<Record<Verb, CniVersion>> = {
  ADD: '0.3.1',
  DEL: '0.3.1',
  VERSION: '0.3.1',
  CHECK: '0.4.0',
  STATUS: '1.1.0',
  GC: '1.1.0',
};

/** A configuration without `cniVersion` is of version 0.1.0 (CNI spec, section 1). */
const versionWhenAbsent = '0.1.0';

export const isSupported = (version: unknown): version is CniVersion =>
  supportedVersions.some((supported) => supported === version);

export const isAtLeast = (version: CniVersion, least: CniVersion): boolean =>
  supportedVersions.indexOf(version) >= supportedVersions.indexOf(least);

/** Code 6 for what is no version, 1 for a version we do not know, or one that does not know the verb. */
export const versionFor = (
  verb: Verb,
  asked: unknown = versionWhenAbsent,
): E.Either<CniError, CniVersion> => {
  if (typeof asked !== 'string') {
    return E.left(undecodable('cniVersion', `${JSON.stringify(asked)} is not a version string`));
  }
  if (!/^\d+\.\d+\.\d+$/.test(asked)) return E.left(undecodable('cniVersion', `"${asked}" is not a version`));
  if (!isSupported(asked)) return E.left(incompatibleVersion(asked, supportedVersions));
  const needed = introducedIn[verb];
  return isAtLeast(asked, needed) ? E.right(asked) : E.left(verbNeedsVersion(verb, needed, asked));
};
