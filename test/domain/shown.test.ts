import test from 'ava';
import { plain, plainly, shown } from '../../domain/shown.ts';

test('what is short and harmless is shown as it is, a text between quotes', (t) => {
  t.is(plain('größe 10.244.0.7/24'), 'größe 10.244.0.7/24');
  t.is(shown('br9'), '"br9"');
  t.is(shown({ ips: [7] }), '{"ips":[7]}');
  t.is(shown(undefined), 'undefined');
});

test('a text is cut behind 200 characters, and says so', (t) => {
  t.is(plain('x'.repeat(200)), 'x'.repeat(200));
  t.is(plain('x'.repeat(1 << 20)), `${'x'.repeat(200)}…`);
  t.is(shown('x'.repeat(201)), `"${'x'.repeat(200)}…"`);
  t.is(shown(['x'.repeat(1 << 20)]), `["${'x'.repeat(198)}…`);
});

test('nothing of it moves a terminal, ends a line or turns the writing', (t) => {
  t.is(plain('a\x1b[31m\n\x7f\x9b\u2028\u202eb'), 'a\\u{1b}[31m\\u{a}\\u{7f}\\u{9b}\\u{2028}\\u{202e}b');
  t.is(shown('\x1b\x9b'), '"\\u001b\\u{9b}"');
});

test('a value is made plain in all its depth, and is otherwise the same', (t) => {
  const value = {
    type: 'differs',
    differences: ['a\u0000'],
    place: { port: 7, name: 'x\t' },
    none: undefined,
  };
  t.deepEqual(plainly(value), {
    type: 'differs',
    differences: ['a\\u{0}'],
    place: { port: 7, name: 'x\\u{9}' },
    none: undefined,
  });
});
