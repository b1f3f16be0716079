import test from 'ava';
import fc from 'fast-check';
import { timeline } from '../../../domain/generate/timeline.ts';

test('acts come in the order of their times, and of one moment in the order of planning', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), (delays) => {
      const time = timeline();
      const done: Array<readonly [number, number]> = [];
      for (const [turn, delay] of delays.entries()) time.after(delay, () => done.push([time.now(), turn]));
      while (time.step());
      t.deepEqual(
        done,
        delays
          .map((delay, turn) => [delay, turn] as const)
          .sort(([a, one], [b, other]) => a - b || one - other),
      );
    }),
  );
});

test('what an act plans comes behind it', (t) => {
  const time = timeline();
  const done: string[] = [];
  time.after(5, () => {
    done.push(`first at ${time.now()}`);
    time.after(0, () => done.push(`at once at ${time.now()}`));
    time.after(2, () => done.push(`later at ${time.now()}`));
  });
  time.after(6, () => done.push(`second at ${time.now()}`));
  while (time.step());
  t.deepEqual(done, ['first at 5', 'at once at 5', 'second at 6', 'later at 7']);
  t.false(time.step());
});
