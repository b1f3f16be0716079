import test from 'ava';
import { ledgerMarkText, parseLedgerMark } from '../../../domain/ship/ledger-mark.ts';

test('a mark is what it always was, and is read as it was written', (t) => {
  const identity = { logId: '0b2f6a52-3f0c-4f0e-9f5e-2d7a2c1b6a10', epoch: 2 };
  const text = '{"version":1,"logId":"0b2f6a52-3f0c-4f0e-9f5e-2d7a2c1b6a10","epoch":2}\n';
  t.is(ledgerMarkText(identity), text);
  t.deepEqual(parseLedgerMark(text), identity);
});

test('what is no mark of a version that is known says nothing', (t) => {
  for (const text of ['', '{', '{}', '{"version":2,"logId":"a","epoch":1}', '{"version":1,"logId":"a"}'])
    t.is(parseLedgerMark(text), undefined);
});
