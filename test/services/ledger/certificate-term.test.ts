import test from 'ava';
import { certificateTerm } from '../../../services/ledger/certificate-term.ts';

const day = 86_400_000;

test('a certificate ends soon for fourteen days, and is expired from its end on', (t) => {
  const ends = 100 * day;
  t.is(certificateTerm(ends, ends - 14 * day - 1), 'good');
  t.is(certificateTerm(ends, ends - 14 * day), 'ends-soon');
  t.is(certificateTerm(ends, ends - 1), 'ends-soon');
  t.is(certificateTerm(ends, ends), 'expired');
});
