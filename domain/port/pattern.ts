import type { either as E } from 'fp-ts';

/**
 * A regular expression as the test whether it is found anywhere in a text, in a time linear in the text's length, whatever the pattern. On
 * the left, in words, why it is none.
 */
export type CompilePattern = (pattern: string) => E.Either<string, (text: string) => boolean>;
