import test from 'ava';
import { leaseTermText, parseLeaseTerm } from '../../../domain/ship/lease-term.ts';

const place = { incarnation: '0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b', bootId: 'this boot' };
const text =
  '{"version":1,"incarnation":"0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b","bootId":"this boot","confirmedMs":70000.5}\n';

test('it is kept as it always was, and read again', (t) => {
  t.is(leaseTermText(place, 70_000.5), text);
  t.is(parseLeaseTerm(text, place, 70_000.5), 70_000.5);
});

test('of another boot, another life, a clock that is behind, or anything else it says nothing', (t) => {
  t.is(parseLeaseTerm(text, { ...place, bootId: 'another' }, 80_000), undefined);
  t.is(parseLeaseTerm(text, { ...place, incarnation: 'another' }, 80_000), undefined);
  t.is(parseLeaseTerm(text, place, 70_000), undefined);
  for (const other of ['', 'null', '{}', text.replace('1', '2')])
    t.is(parseLeaseTerm(other, place, 80_000), undefined);
});
