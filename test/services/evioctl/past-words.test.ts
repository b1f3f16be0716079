import test from 'ava';
import type { ClocksView } from '../../../domain/projection/clock-view.ts';
import type { Known } from '../../../domain/projection/horizon-answer.ts';
import { footer, inZone } from '../../../services/evioctl/past-words.ts';

const known = (of: string, clock: ClocksView | undefined, complete = true): Known => ({
  stream: `host-evio:${of}:1`,
  of,
  completeTo: '2026-03-01T12:00:00.000Z',
  position: 7,
  complete,
  ...(clock && { clock }),
});

const lines = (...all: ReadonlyArray<Known>) => footer({ contradictions: [], known: all }, inZone('UTC'));

const to = 'complete to 2026-03-01 12:00:00+00:00 (position 7)';

test('each stream says of which clock its times are', (t) => {
  t.deepEqual(
    lines(
      known('n1', 'not synchronised'),
      known('n2', 'not always synchronised'),
      known('n3', 'not always recorded'),
      known('n4', 'synchronised'),
      known('cluster evio', 'not of a node'),
    ),
    [
      `known: n1 ${to}; clock not synchronised`,
      `known: n2 ${to}; clock not always synchronised`,
      `known: n3 ${to}; clock not always recorded`,
      `known: n4 ${to}; clock synchronised`,
      `known: cluster evio ${to}; times by the clocks of allocator and operators`,
    ],
  );
});

test('of a stream that is not in the log there is no clock to speak of', (t) => {
  const unheard: Known = { stream: 'host-evio:n9:1', of: 'n9', complete: false, clock: 'not recorded' };
  t.deepEqual(lines(unheard), ['known: n9: no event of it is in this log']);
});

test('an older ledger says nothing of clocks, and nothing is said of them', (t) => {
  t.deepEqual(lines(known('n1', undefined), known('n2', undefined, false)), [
    `known: n2 ${to}: unknown after that`,
    `known: n1 ${to}`,
  ]);
});

test('of many streams those stand first that are not known so far, then those whose clock is in doubt', (t) => {
  const good = Array.from({ length: 12 }, (_, n) => known(`n${n}`, 'synchronised'));
  const told = lines(...good, known('late', 'synchronised', false), known('wrong', 'not synchronised'));
  t.deepEqual(told.slice(0, 3), [
    `known: late ${to}: unknown after that; clock synchronised`,
    `known: wrong ${to}; clock not synchronised`,
    `known: n0 ${to}; clock synchronised`,
  ]);
  t.deepEqual(told.slice(12), ['known: 2 more streams as far as was asked; clocks: 2 synchronised']);
});

test('those that are not listed are counted by their clocks', (t) => {
  const many = (clock: ClocksView | undefined, count: number, complete: boolean) =>
    Array.from({ length: count }, (_, n) => known(`n${n}`, clock, complete));
  t.deepEqual(
    lines(
      ...many('not recorded', 14, false),
      ...many('not synchronised', 2, true),
      ...many('synchronised', 3, true),
    ).slice(12),
    [
      'known: 2 more streams not so far: --json lists them; clocks: 2 not recorded',
      'known: 5 more streams as far as was asked; clocks: 2 not synchronised, 3 synchronised',
    ],
  );
  t.deepEqual(lines(...many(undefined, 13, true)).slice(12), ['known: 1 more streams as far as was asked']);
});
