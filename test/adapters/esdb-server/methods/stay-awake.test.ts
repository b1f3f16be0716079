import test from 'ava';
import { openStayAwake } from '../../../../adapters/esdb-server/methods/stay-awake.ts';

/** A clock that is set, and the tasks that wait for another look at the sockets. */
const scene = (processors = 2) => {
  const tasks: Array<() => void> = [];
  const clock = { ms: 0 };
  const awake = openStayAwake({ now: () => clock.ms, soon: (task) => tasks.push(task), processors });
  return {
    awake,
    /** Appends one event that comes so many milliseconds behind the last answer. */
    append: (afterMs: number): void => {
      clock.ms += afterMs;
      awake.came();
      clock.ms += 0.2;
      awake.done();
    },
    /** Looks once more; whether it looks again behind that. */
    looks: (afterMs: number): boolean => {
      clock.ms += afterMs;
      for (const task of tasks.splice(0)) task();
      return tasks.length > 0;
    },
    waits: () => tasks.length > 0,
    looking: () => tasks.length,
  };
};

test('behind an append that came at once the next one is looked for awake, for a while', (t) => {
  const { append, looks, waits } = scene();
  append(1000);
  t.false(waits());
  append(0.3);
  t.true(waits());
  t.true(looks(0.2));
  t.true(looks(0.1));
  t.false(looks(0.2));
});

test('who appends now and then has nobody awake, nor who pauses', (t) => {
  const { append, waits, looks } = scene();
  for (const pause of [0.5, 1, 100]) {
    append(pause);
    t.false(waits());
  }
  append(0.1);
  t.true(waits());
  t.false(looks(0.5));
  append(0.1);
  t.false(waits());
  append(0.1);
  t.true(waits(), 'awake again');
});

test('one look is under way, however many appends come', (t) => {
  const { append, awake, looks, looking } = scene();
  append(0);
  append(0.1);
  append(0.1);
  t.is(looking(), 1);
  t.true(looks(0));
  t.is(looking(), 1);
  awake.came();
  t.false(looks(0));
});

test('appends that are under way together keep nobody awake', (t) => {
  const { awake, append, waits } = scene();
  append(0);
  awake.came();
  awake.came();
  awake.done();
  awake.done();
  t.false(waits());
});

test('with one processor the client has it', (t) => {
  const { append, waits } = scene(1);
  append(0);
  append(0.1);
  append(0.1);
  t.false(waits());
});
