import test from 'ava';
import fc from 'fast-check';
import { canonicalJson, type Json } from '../../domain/canonical-json.ts';

const writes = test.macro({
  exec: (t, value: Json, text: string) => t.is(canonicalJson(value), text),
  title: (_, __, text) => `writes ${text}`,
});

test(writes, 'text', '"text"');
test(writes, 0, '0');
test(writes, -7, '-7');
test(writes, Number.MAX_SAFE_INTEGER, '9007199254740991');
test(writes, true, 'true');
test(writes, [], '[]');
test(writes, {}, '{}');
test(writes, { b: 1, a: [{ d: 'x', c: false }, 2] }, '{"a":[{"c":false,"d":"x"},2],"b":1}');
test(writes, { kept: '', left: undefined }, '{"kept":""}');
test(writes, { 10: 'ten', 9: 'nine' }, '{"10":"ten","9":"nine"}');

test('keys are in the order of their UTF-16 units, as in RFC 8785 §3.2.3', (t) => {
  const value = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  t.deepEqual(
    Object.keys(JSON.parse(canonicalJson(value))).filter((key) => key !== '1'),
    ['\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'],
  );
  t.true(canonicalJson(value).startsWith('{"\\r":"Carriage Return","1":"One"'));
});

test('texts are escaped as in RFC 8785 §3.2.2.2: only what must be, in the short form', (t) => {
  t.is(canonicalJson('€$\u000F\nA\'B"\\\\"/'), '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
});

const refuses = test.macro({
  exec: (t, value: unknown) => {
    t.throws(() => canonicalJson(value as Json), { instanceOf: TypeError });
  },
  title: (what = '') => `refuses ${what}`,
});

test('a fraction', refuses, 1.5);
test('a number that two programs may read differently', refuses, 2 ** 53);
test('minus zero', refuses, -0);
test('NaN', refuses, Number.NaN);
test('infinity', refuses, Number.POSITIVE_INFINITY);
test('null', refuses, null);
test('null deep inside', refuses, { a: [null] });
test('nothing', refuses, undefined);
test('nothing in an array', refuses, [undefined]);
test('a bigint', refuses, 1n);
test('a function', refuses, () => 1);

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value')),
  ),
})).value;

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member ?? '')]),
  );
};

test('reading it and writing it again gives the same text', (t) => {
  fc.assert(
    fc.property(json, (value) => t.is(canonicalJson(JSON.parse(canonicalJson(value))), canonicalJson(value))),
  );
});

test('the order in which keys were set does not show', (t) => {
  fc.assert(fc.property(json, (value) => t.is(canonicalJson(reversed(value)), canonicalJson(value))));
});
