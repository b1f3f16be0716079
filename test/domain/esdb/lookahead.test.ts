import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { compilePattern } from '../../../adapters/re2/compile.ts';
import { withLookaheads } from '../../../domain/esdb/lookahead.ts';
import { must } from '../../support/must.ts';

const compile = withLookaheads(compilePattern);
const names = [
  '$metadata',
  '$',
  '',
  'PodAdded',
  'podadded',
  'PersistentConfig1',
  'PersistentConfigs',
  'a|b',
  '(',
  'a',
];

for (const pattern of [
  String.raw`^(?!\$)`,
  String.raw`^(?!\$).*`,
  String.raw`^(?!(\$.+$|PersistentConfig\d+$))`,
  String.raw`^(?!(\$.+$|PersistentConfig\d+$|Result$))`,
  '^(?=Pod)(?!PodD).+d$',
  '(?i)^(?!POD)',
  String.raw`^(?!a[|)(\]]|\(|\|)`,
  String.raw`^(?![^]()])[\s\S]`,
  '^(?=a|P)(?:a|PodAdded)$',
  '^(?!)',
])
  test(`the pattern ${pattern} accepts what it accepts elsewhere`, (t) => {
    const accepts = must(compile(pattern));
    const flags = pattern.startsWith('(?i)') ? 'i' : '';
    // A class that begins with ] is written otherwise in this language.
    const elsewhere = new RegExp(pattern.replace('(?i)', '').replace('[^](', String.raw`[^\](`), flags);
    t.deepEqual(
      names.map(accepts),
      names.map((name) => elsewhere.test(name)),
    );
    fc.assert(
      fc.property(fc.string(), (name) => {
        t.is(accepts(name), elsewhere.test(name), name);
      }),
    );
  });

test('a lookahead anywhere else, in a part of several, or that is no pattern, is refused in words', (t) => {
  for (const pattern of [
    '(?!a)b',
    '^a(?!b)',
    '^(?!a)b|c',
    '^(?!a(?!b))',
    '^(?!(a)',
    '^(?!a)*',
    '^(?!a)b)|(c',
    '^(?!a)b)c|(?:d',
    '^(?!a)b)(c',
    '^(?<!a)b',
    '^(?!(a)\\1)',
  ])
    t.regex(
      E.match(String, () => '')(compile(pattern)),
      /cannot be read .*write it in RE2's syntax/s,
      pattern,
    );
});

test('a lookahead on which others take for ever is answered', (t) => {
  t.true(must(compile('^(?!(a+)+$)'))(`${'a'.repeat(10_000)}b`));
});
