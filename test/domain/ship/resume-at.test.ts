import test from 'ava';
import { either as E } from 'fp-ts';
import { resumeAt } from '../../../domain/ship/resume-at.ts';

const stream = 'host-evio:node-1:life';
const [one, other] = ['1'.repeat(64), '2'.repeat(64)];

test('a copy that does not exist begins at the first event', (t) => {
  t.deepEqual(resumeAt(stream, undefined, { end: 7, hashThere: one }), E.right(0));
});

test('a copy that ends with an event of the log goes on behind it', (t) => {
  const copy = { revision: 3, hash: one };
  t.deepEqual(resumeAt(stream, copy, { end: 7, hashThere: one }), E.right(4));
  t.deepEqual(resumeAt(stream, copy, { end: 3, hashThere: one }), E.right(4));
});

test('a copy whose end is archived here goes on behind it: nobody can compare', (t) => {
  t.deepEqual(resumeAt(stream, { revision: 3, hash: one }, { end: 7, hashThere: undefined }), E.right(4));
});

test('a copy that has another event there is a fork', (t) => {
  t.deepEqual(
    resumeAt(stream, { revision: 3, hash: other }, { end: 7, hashThere: one }),
    E.left({ type: 'forked', stream, revision: 3 }),
  );
});

test('a copy that is longer than the log makes the log an older one', (t) => {
  t.deepEqual(
    resumeAt(stream, { revision: 3, hash: one }, { end: 2, hashThere: undefined }),
    E.left({ type: 'own-log-older', stream, own: 2, copy: 3 }),
  );
  t.deepEqual(
    resumeAt(stream, { revision: 0, hash: one }, { end: -1 }),
    E.left({ type: 'own-log-older', stream, own: -1, copy: 0 }),
  );
});
