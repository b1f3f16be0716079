import test from 'ava';
import { either as E } from 'fp-ts';
import { compilePattern } from '../../../adapters/re2/compile.ts';

const found = (pattern: string, text: string): boolean | string =>
  E.getOrElseW((reason: string) => reason)(
    E.map((is: (text: string) => boolean) => is(text))(compilePattern(pattern)),
  );

test('a pattern is found anywhere in a text, unless it says where', (t) => {
  t.true(found('Added', 'PodAdded'));
  t.false(found('^Added', 'PodAdded'));
  t.true(found(String.raw`^[^\$].*`, 'PodAdded'));
  t.false(found(String.raw`^[^\$].*`, '$metadata'));
});

test('what is no pattern, or one that could take for ever, is refused in words', (t) => {
  t.regex(String(found('(', 'x')), /the regular expression \( cannot be read/);
  t.regex(String(found('(?=a)b', 'x')), /RE2's syntax/);
  t.regex(String(found(String.raw`(a)\1`, 'x')), /RE2's syntax/);
});

test('a pattern on which others take for ever is answered', (t) => {
  t.false(found('^(a+)+$', `${'a'.repeat(10_000)}b`));
  t.false(found('(x+x+)+y', 'x'.repeat(10_000)));
});
