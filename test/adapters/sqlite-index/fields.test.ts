import test from 'ava';
import { DamagedIndex } from '../../../adapters/sqlite-index/damaged-index.ts';
import { fieldReader } from '../../../adapters/sqlite-index/fields.ts';

test('fields come one after the other, the empty ones too, and the last without a separator', (t) => {
  const fields = fieldReader();
  fields.begin('12\tevio\t\t\t\t7\tend');
  t.is(fields.number(), 12);
  t.is(fields.text(), 'evio');
  fields.skip(3);
  t.is(fields.number(), 7);
  t.false(fields.atEnd());
  t.is(fields.text(), 'end');
  t.true(fields.atEnd());
});

test('another text is begun with its first field, however far the one before was read', (t) => {
  const fields = fieldReader();
  fields.begin('a\tb');
  fields.text();
  fields.begin('c\td');
  t.is(fields.text(), 'c');
});

test('a field that says again what it said is passed; any other is read, though it begins so', (t) => {
  const fields = fieldReader();
  fields.begin('evio\tevio2\tevi\t\tevio');
  t.deepEqual(
    ['evio', 'evio', 'evio', '', 'evio'].map((before) => fields.again(before)),
    ['evio', 'evio2', 'evi', '', 'evio'],
  );
  t.true(fields.atEnd());
  t.throws(() => fields.again(''), { instanceOf: DamagedIndex });
});

test('an empty text is one empty field', (t) => {
  const fields = fieldReader();
  fields.begin('');
  t.false(fields.atEnd());
  t.is(fields.text(), '');
  t.true(fields.atEnd());
});

test('a text that ends too early is damage, and never its own beginning once more', (t) => {
  const fields = fieldReader();
  fields.begin('a\tb');
  fields.skip(2);
  t.throws(() => fields.text(), { instanceOf: DamagedIndex });
  t.throws(() => fields.skip(1), { instanceOf: DamagedIndex });
});

for (const text of ['', '-1\t', '12', '1x\t', 'x\t'])
  test(`no number begins ${JSON.stringify(text)}`, (t) => {
    const fields = fieldReader();
    fields.begin(text);
    t.throws(() => fields.number(), { instanceOf: DamagedIndex });
  });
