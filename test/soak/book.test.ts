import test from 'ava';
import { openBook } from '../../soak/book.ts';
import { launched, sandbox, withAddress } from '../support/soak.ts';

const [one, other] = [sandbox('one'), sandbox('other')];

test('an address that two hold at once is a duplicate, however it came about', (t) => {
  const book = openBook();
  book.added(one, withAddress('10.244.0.5'));
  book.added(other, withAddress('10.244.0.5'));
  t.deepEqual(book.duplicates, ['10.244.0.5 went to other while one held it']);
});

test('an address may be given again from the moment on at which its DEL began', (t) => {
  const book = openBook();
  book.added(one, withAddress('10.244.0.5'));
  book.deleting(one);
  t.true(book.isUnknown(one));
  book.added(other, withAddress('10.244.0.5'));
  book.deleted(one);
  t.deepEqual(book.duplicates, []);
  t.deepEqual([...book.held().keys()], [other]);
  t.is(book.acknowledged.length, 2, 'what was promised is not forgotten');
});

test('only calls that succeeded are operations; refusals are counted by their words', (t) => {
  const book = openBook();
  t.is(book.ended('ADD', launched(0)), 'done');
  const refused = (id: string) =>
    launched(1, JSON.stringify({ code: 11, msg: `no agent on /run/${id}.sock` }));
  t.is(book.ended('ADD', refused('a')), 'refused');
  t.is(book.ended('ADD', refused('b')), 'refused');
  t.is(book.operations(), 1);
  t.deepEqual([...book.refusals()], [['ADD 11: no agent on …', 2]]);
});
