import test from 'ava';
import { keepLast } from '../../../adapters/sqlite/keep-last.ts';

const begin = (most: { readonly count: number; readonly size: number }) => {
  const made: string[] = [];
  const changes = { count: 0 };
  const once = keepLast<string>({ most, sizeOf: (value) => value.length, asOf: () => changes.count });
  const ask = (...keys: ReadonlyArray<string>): ReadonlyArray<string> => {
    made.length = 0;
    for (const key of keys)
      once(key, () => {
        made.push(key);
        return key;
      });
    return [...made];
  };
  return { ask, changes };
};

test('what was asked for last is kept, and the rest made again', (t) => {
  const { ask } = begin({ count: 2, size: 100 });
  t.deepEqual(ask('a', 'b', 'a', 'b'), ['a', 'b']);
  // Asked for since, `a` stays and `b` goes.
  t.deepEqual(ask('a', 'c', 'a', 'b'), ['c', 'b']);
});

test('what is kept measures no more than it may, but for the last one', (t) => {
  const { ask } = begin({ count: 10, size: 4 });
  t.deepEqual(ask('aa', 'bb', 'aa', 'c', 'bb'), ['aa', 'bb', 'c', 'bb']);
  t.deepEqual(ask('longer', 'longer', 'aa'), ['longer', 'aa']);
});

test('nothing is kept of what was before a change', (t) => {
  const { ask, changes } = begin({ count: 2, size: 4 });
  t.deepEqual(ask('aa', 'bb'), ['aa', 'bb']);
  changes.count += 1;
  t.deepEqual(ask('aa', 'bb', 'aa', 'bb'), ['aa', 'bb']);
});
