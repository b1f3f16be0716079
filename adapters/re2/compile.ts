import { either as E } from 'fp-ts';
import { RE2JS } from 're2js';
import type { CompilePattern } from '../../domain/port/pattern.ts';

/** Over RE2, whose syntax has no lookaround and no back references: those are what an exponential time takes. */
export const compilePattern: CompilePattern = (pattern) =>
  E.tryCatch(
    () => {
      const compiled = RE2JS.compile(pattern);
      return (text: string) => compiled.test(text);
    },
    (error) =>
      `the regular expression ${pattern} cannot be read (${error instanceof Error ? error.message : String(error)}): write it in RE2's syntax`,
  );
