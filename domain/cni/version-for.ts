import { either as E } from 'fp-ts';
import { type CniError, incompatibleVersion, verbNeedsVersion, versionIsNoText } from './error.ts';
import { type CniVersion, isAtLeast, isSupported, supportedVersions, type Verb } from './version.ts';

const introducedIn: Readonly<Record<Verb, CniVersion>> = {
  ADD: '0.3.0',
  DEL: '0.3.0',
  VERSION: '0.3.0',
  CHECK: '0.4.0',
  STATUS: '1.1.0',
  GC: '1.1.0',
};

/** A configuration without `cniVersion` is of version 0.1.0 (CNI spec, section 1). */
const versionWhenAbsent = '0.1.0';

/** Code 6 for what is no text; 1 for a text that is not among the versions we know, as in Go's skel, or for one that does not know the verb. */
export const versionFor = (
  verb: Verb,
  asked: unknown = versionWhenAbsent,
): E.Either<CniError, CniVersion> => {
  if (typeof asked !== 'string') return E.left(versionIsNoText(asked, supportedVersions));
  if (!isSupported(asked)) return E.left(incompatibleVersion(asked, supportedVersions));
  const needed = introducedIn[verb];
  return isAtLeast(asked, needed) ? E.right(asked) : E.left(verbNeedsVersion(verb, needed, asked));
};
