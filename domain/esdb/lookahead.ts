import { either as E } from 'fp-ts';
import type { CompilePattern } from '../port/pattern.ts';

type Lookahead = { readonly holds: boolean; readonly pattern: string };

/** A pattern that begins at the text's first character: what must follow there, and what must not, and the rest of it. */
type Anchored = { readonly lookaheads: ReadonlyArray<Lookahead>; readonly rest: string };

/** Escapes and classes, parentheses and bars by themselves, and runs of all else. */
const token = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|[()|]|[^\\[()|]+|[\s\S]/g;

/** What of a pattern lies before the first of these that stands in no group of it, and where none began that ends. */
const before = (pattern: string, end: ')' | '|'): string | undefined => {
  let depth = 0;
  let length = 0;
  for (const [part] of pattern.matchAll(token)) {
    if (depth === 0 && part === end) return pattern.slice(0, length);
    if (depth === 0 && part === ')') return undefined;
    depth += part === '(' ? 1 : part === ')' ? -1 : 0;
    length += part.length;
  }
  return undefined;
};

const behindAnchor = (pattern: string, lookaheads: ReadonlyArray<Lookahead>): Anchored => {
  const kind = /^\(\?([!=])/.exec(pattern)?.[1];
  const body = kind === undefined ? undefined : before(pattern.slice(3), ')');
  return body === undefined
    ? { lookaheads, rest: pattern }
    : behindAnchor(pattern.slice(3 + body.length + 1), [
        ...lookaheads,
        { holds: kind === '=', pattern: body },
      ]);
};

/**
 * Lookaheads at a text's first character, in a language of patterns that has none (clients leave system events out by `^(?!\$)`). There each
 * is a pattern of its own, so all of them together still take a time linear in the text's length; any others are left for the language to refuse.
 */
export const withLookaheads =
  (compile: CompilePattern): CompilePattern =>
  (pattern) => {
    const [, flags = '', anchored] = /^(\(\?[is]+\))?\^([\s\S]*)$/.exec(pattern) ?? [];
    const { lookaheads, rest } = behindAnchor(anchored ?? '', []);
    // Two alternatives, or a group that ends and never began: the language refuses the one for its lookahead, and the other as it is.
    const isOne = before(rest, '|') === undefined && before(rest, ')') === undefined;
    if (lookaheads.length === 0 || !isOne) return compile(pattern);
    const all = [...lookaheads, { holds: true, pattern: rest }];
    return E.map(
      (tests: ReadonlyArray<(text: string) => boolean>) => (text: string) =>
        tests.every((found, index) => found(text) === all[index]?.holds),
    )(E.traverseArray((one: Lookahead) => compile(`${flags}^(?:${one.pattern})`))(all));
  };
