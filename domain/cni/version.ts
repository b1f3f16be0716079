/** The versions of the CNI specification whose configurations we read and whose results we write, oldest first. */
export const supportedVersions = ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;
export type CniVersion = (typeof supportedVersions)[number];

export const newestVersion: CniVersion = '1.1.0';

export const verbs = ['ADD', 'DEL', 'CHECK', 'STATUS', 'GC', 'VERSION'] as const;
export type Verb = (typeof verbs)[number];

export const isSupported = (version: unknown): version is CniVersion =>
  supportedVersions.some((supported) => supported === version);

export const isAtLeast = (version: CniVersion, least: CniVersion): boolean =>
  supportedVersions.indexOf(version) >= supportedVersions.indexOf(least);
