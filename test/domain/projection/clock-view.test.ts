import test from 'ava';
import {
  type ClocksView,
  clockAt,
  clocksIn,
  isTrusted,
  together,
} from '../../../domain/projection/clock-view.ts';
import type { Boot } from '../../../domain/projection/horizon.ts';

/** A boot that began at this hour, at a position ten times as large as its place. */
const boot = (at: number, clockSynchronised?: boolean, nth = 0): Boot => ({
  stream: 'host-evio:node-1:1',
  position: 10 * nth,
  revision: nth,
  at,
  bootId: `boot ${nth}`,
  ...(clockSynchronised !== undefined && { clockSynchronised }),
});

const boots = [boot(1, undefined, 1), boot(3, false, 2), boot(5, true, 3), boot(7, true, 4)];
const between = (from: number, to = from): ClocksView => clocksIn(boots, { from, to });

test('at a position it is that of the boot before it', (t) => {
  t.deepEqual([9, 10, 19, 20, 30, 99].map(clockAt(boots)), [
    'not recorded',
    'not recorded',
    'not recorded',
    'not synchronised',
    'synchronised',
    'synchronised',
  ]);
});

test('at a moment it is that of the boot that lasted then', (t) => {
  t.deepEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 99].map((at) => between(at)),
    [
      'not recorded',
      'not recorded',
      'not recorded',
      'not synchronised',
      'not synchronised',
      'synchronised',
      'synchronised',
      'synchronised',
      'synchronised',
    ],
  );
});

test('in a period it is one word only where all its boots are alike', (t) => {
  t.is(between(5, 9), 'synchronised');
  t.is(between(4, 5), 'not always synchronised');
  t.is(between(1, 3), 'not always synchronised');
  t.is(clocksIn(boots), 'not always synchronised');
  t.is(clocksIn(boots.toSpliced(1, 1)), 'not always recorded');
  t.is(clocksIn([]), 'not recorded');
});

test('how long a boot lasted whose clock went back before the next one, nobody knows', (t) => {
  const back = [boot(5, false, 1), boot(2, true, 2)];
  const at = (moment: number): ClocksView => clocksIn(back, { from: moment, to: moment });
  t.deepEqual([1, 2, 4, 5, 9].map(at), [
    'not recorded',
    'synchronised',
    'synchronised',
    'not always synchronised',
    'not always synchronised',
  ]);
});

test('what is known to be wrong somewhere stays known', (t) => {
  t.is(together(['not always recorded', 'not synchronised']), 'not always synchronised');
  t.is(together(['synchronised', 'not always synchronised']), 'not always synchronised');
  t.is(together(['not synchronised', 'not synchronised']), 'not synchronised');
  t.is(together(['not of a node']), 'not of a node');
});

test('times are trusted that a synchronised clock gave, or no node', (t) => {
  t.deepEqual(([undefined, 'synchronised', 'not of a node'] as const).map(isTrusted), [true, true, true]);
  const doubtful = [
    'not synchronised',
    'not recorded',
    'not always synchronised',
    'not always recorded',
  ] as const;
  t.deepEqual(doubtful.map(isTrusted), [false, false, false, false]);
});
