import test from 'ava';
import { either as E } from 'fp-ts';
import { patternFilter, prefixFilter } from '../../../domain/esdb/filter.ts';
import type { CompilePattern } from '../../../domain/port/pattern.ts';
import { must } from '../../support/must.ts';

test('a prefix filter accepts names that begin with one of its prefixes', (t) => {
  const { on, accepts } = must(prefixFilter('stream', ['host-', 'cluster-']));
  t.is(on, 'stream');
  t.deepEqual(['host-a', 'cluster-a', 'a-host-', 'host', 'host-a'].map(accepts), [
    true,
    true,
    false,
    false,
    true,
  ]);
});

test('more prefixes than a name can quickly be held against are refused in words, empty ones too', (t) => {
  t.true(E.isRight(prefixFilter('type', Array(65_536).fill('x'))));
  for (const [prefix, count, characters] of [
    ['xy', 32_769, 65_538],
    ['', 65_537, 65_537],
  ] as const)
    t.deepEqual(
      prefixFilter('type', Array(count).fill(prefix)),
      E.left(
        `the filter's ${count} prefixes have ${characters} characters: give at most 65536, or a regular expression`,
      ),
    );
});

/** Counts how often it is asked. */
const counting = (): { readonly compile: CompilePattern; asked: number } => {
  const counted = {
    asked: 0,
    compile: (pattern: string) =>
      E.right((text: string) => {
        counted.asked += 1;
        return text.includes(pattern);
      }),
  };
  return counted;
};

test('a pattern is tried once for each name, and again only when there have been thousands of others', (t) => {
  const counted = counting();
  const filter = patternFilter(counted.compile, 'type', 'Pod');
  const { accepts } = E.getOrElseW(() => t.fail())(filter) ?? { accepts: () => false };
  for (let turn = 0; turn < 3; turn += 1) t.deepEqual(['PodAdded', 'NodeJoined'].map(accepts), [true, false]);
  t.is(counted.asked, 2);
  for (let index = 0; index < 5000; index += 1) accepts(`Type${index}`);
  accepts('PodAdded');
  t.is(counted.asked, 5003);
});

test('a pattern that is too long, or is none, is refused in words', (t) => {
  const { compile } = counting();
  t.true(E.isRight(patternFilter(compile, 'type', 'x'.repeat(1024))));
  t.deepEqual(
    patternFilter(compile, 'type', 'x'.repeat(1025)),
    E.left('the regular expression has 1025 characters: write it with at most 1024'),
  );
  t.deepEqual(
    patternFilter(() => E.left('no'), 'type', '('),
    E.left('no'),
  );
});
