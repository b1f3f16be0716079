import test from 'ava';
import { either as E } from 'fp-ts';
import { mayFollow } from '../../../domain/ship/may-follow.ts';

const stream = 'cluster-evio';
const ledger = { logId: 'a', epoch: 1 };
const end = { revision: 3, hash: '1'.repeat(64) };
const yes = E.right(undefined);

test('an empty replica follows whatever ledger it meets first, and afterwards that one', (t) => {
  t.deepEqual(mayFollow(stream, undefined, ledger, undefined, undefined), yes);
  t.deepEqual(mayFollow(stream, ledger, ledger, undefined, undefined), yes);
  t.deepEqual(mayFollow(stream, ledger, ledger, end, end), yes);
});

test('another log, and another epoch of the same one, are named before anything is compared', (t) => {
  const other = { logId: 'b', epoch: 1 };
  t.deepEqual(
    mayFollow(stream, ledger, other, end, undefined),
    E.left({ type: 'other-ledger', known: ledger, found: other }),
  );
  const restored = { logId: 'a', epoch: 2 };
  t.deepEqual(
    mayFollow(stream, ledger, restored, end, end),
    E.left({ type: 'other-epoch', known: ledger, found: restored }),
  );
});

test('another event at the replica’s end, or none, is another history', (t) => {
  const diverged = E.left({ type: 'replica-diverged' as const, stream, revision: 3 });
  t.deepEqual(mayFollow(stream, ledger, ledger, end, { ...end, hash: '2'.repeat(64) }), diverged);
  t.deepEqual(mayFollow(stream, ledger, ledger, end, undefined), diverged);
  t.deepEqual(mayFollow(stream, undefined, ledger, end, { ...end, revision: 4 }), diverged);
});
