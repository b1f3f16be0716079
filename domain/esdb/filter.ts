import { either as E } from 'fp-ts';
import type { EventFilter } from '../port/client-log.ts';
import type { CompilePattern } from '../port/pattern.ts';

/** So many names are remembered: a log has few types, and few streams at a time. */
const mostRemembered = 4096;

/** The longest pattern, in characters. */
const longestPattern = 1024;

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

/** The events whose stream or type begins with one of these; all of them when there is none. */
export const prefixFilter = (on: EventFilter['on'], prefixes: ReadonlyArray<string>): EventFilter => ({
  on,
  accepts:
    prefixes.length === 0
      ? () => true
      : remembering((name) => prefixes.some((prefix) => name.startsWith(prefix))),
});

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
        compile(pattern),
      );
