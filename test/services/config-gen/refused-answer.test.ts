import test from 'ava';
import type { LedgerStatus } from '../../../services/agent/ledger-standing.ts';
import { isHeard, refusedAnswer } from '../../../services/config-gen/refused-answer.ts';

const refused = { msg: 'no room', remedy: 'make some', request: 'first' };

test('the refusal of what was asked for is the answer at once, and so is that of an allocator in the agent', (t) => {
  t.is(refusedAnswer({ refused }, { request: 'first', heardAtMs: undefined }, 0), refused);
  const { request: _, ...unnamed } = refused;
  t.is(refusedAnswer({ refused: unnamed }, { request: 'second', heardAtMs: undefined }, 0), unnamed);
  t.is(refusedAnswer({}, { request: 'first', heardAtMs: 0 }, 99_000), undefined);
});

test('the refusal of an earlier request is no answer yet; it is when the ledger has the new one and says nothing else', (t) => {
  t.is(refusedAnswer({ refused }, { request: 'second', heardAtMs: undefined }, 99_000), undefined);
  t.is(refusedAnswer({ refused }, { request: 'second', heardAtMs: 1000 }, 5999), undefined);
  t.is(refusedAnswer({ refused }, { request: 'second', heardAtMs: 1000 }, 6000), refused);
});

test('a ledger has the request when it is followed and nothing waits for it', (t) => {
  const ledger: LedgerStatus = { ledger: 'x', state: 'following', words: '', lagSeconds: 0 };
  t.true(isHeard({}));
  t.true(isHeard({ ledger: { ...ledger, lagEvents: 0 } }));
  t.false(isHeard({ ledger: { ...ledger, lagEvents: 1 } }));
  t.false(isHeard({ ledger: { ...ledger, state: 'waiting', lagEvents: 0 } }));
  t.false(isHeard({ ledger }), 'before the first contact nobody knows');
});
