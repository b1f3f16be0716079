import { either as E } from 'fp-ts';
import type { EventFilter } from '../port/client-log.ts';
import type { CompilePattern } from '../port/pattern.ts';
import { withLookaheads } from './lookahead.ts';

/** So many names are remembered: a log has few types, and few streams at a time. */
const mostRemembered = 4096;

/** The longest pattern, and all prefixes together, in characters: each name is held against them. */
const longestPattern = 1024;
const longestPrefixes = 65_536;

const remembering = (accepts: (name: string) => boolean): ((name: string) => boolean) => {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size === mostRemembered) known.clear();
    const accepted = accepts(name);
    known.set(name, accepted);
    return accepted;
  };
};

/** The events whose stream or type begins with one of these; all of them when there is none. On the left, why these are too many. */
export const prefixFilter = (
  on: EventFilter['on'],
  prefixes: ReadonlyArray<string>,
): E.Either<string, EventFilter> => {
  // An empty prefix costs as much as a short one.
  const characters = prefixes.reduce((sum, { length }) => sum + Math.max(1, length), 0);
  if (characters > longestPrefixes)
    return E.left(
      `the filter's ${prefixes.length} prefixes have ${characters} characters: give at most ${longestPrefixes}, or a regular expression`,
    );
  const accepts = remembering((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return E.right({ on, accepts: prefixes.length === 0 ? () => true : accepts });
};

/** The events in whose stream or type the pattern is found; on the left, why it cannot be one. */
export const patternFilter = (
  compile: CompilePattern,
  on: EventFilter['on'],
  pattern: string,
): E.Either<string, EventFilter> =>
  pattern.length > longestPattern
    ? E.left(
        `the regular expression has ${pattern.length} characters: write it with at most ${longestPattern}`,
      )
    : E.map((found: (name: string) => boolean): EventFilter => ({ on, accepts: remembering(found) }))(
        withLookaheads(compile)(pattern),
      );
