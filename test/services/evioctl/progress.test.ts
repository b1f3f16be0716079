import test from 'ava';
import { progress } from '../../../services/evioctl/progress.ts';

const watched = (watching: boolean) => {
  const lines: string[] = [];
  let now = 0;
  const terminal = { json: false as const, out: () => undefined, err: () => undefined };
  const line = progress(
    { ...terminal, ...(watching ? { draw: (text: string) => lines.push(text) } : {}) },
    { monotonicMs: () => now },
    1_000_000,
  );
  return {
    lines,
    at: (ms: number, done: number) => {
      now = ms;
      line.tick(done);
    },
    done: line.done,
  };
};

test('after two seconds a line says how far it is, ten times a second, and is cleared at the end', (t) => {
  const { lines, at, done } = watched(true);
  at(1999, 300_000);
  at(2000, 412_000);
  at(2099, 413_000);
  at(2100, 500_000);
  done();
  t.deepEqual(lines, ['412,000 of 1,000,000 events  41 %', '500,000 of 1,000,000 events  50 %', '']);
});

test('what is over sooner draws nothing', (t) => {
  const { lines, at, done } = watched(true);
  at(1500, 1_000_000);
  done();
  t.deepEqual(lines, []);
});

test('nothing is drawn where nobody watches', (t) => {
  const { lines, at, done } = watched(false);
  at(5000, 1);
  done();
  t.deepEqual(lines, []);
});
