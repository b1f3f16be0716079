import test from 'ava';
import { either as E } from 'fp-ts';
import { parsePoint } from '../../../domain/time/point.ts';

const vantage = { now: Date.parse('2026-11-21T12:00:00.000Z'), zone: 'UTC' };
const read = (text: string, end = 812) => parsePoint('from', text, vantage, end);

const refusal = (text: string, end?: number): string => {
  const read_ = read(text, end);
  return E.isLeft(read_) ? read_.left.map(({ reason, remedy }) => `${reason}: ${remedy}`).join() : 'accepted';
};

test('a point is a time, or a position behind an @', (t) => {
  t.deepEqual(read('@812'), E.right({ position: 812 }));
  t.deepEqual(read('1h ago'), E.right({ at: Date.parse('2026-11-21T11:00:00.000Z') }));
});

test('a position that the log has not is refused, with its end', (t) => {
  t.is(refusal('@813'), 'from "813" lies behind the end of the log: write a position up to 812');
  t.is(refusal('@0', -1), 'from "0" is not in the log, which is empty: name another log with --log');
  t.is(refusal('@-1'), 'from "-1" is not a position: write the position of an event: 0, 1, 2 …');
  t.regex(refusal('812'), /^from "812" is not a time: /);
});
