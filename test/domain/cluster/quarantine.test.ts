import test from 'ava';
import { later } from '../../../domain/cluster/quarantine.ts';

const behindOneAnother = [
  ['2026-11-22T08:46:36.973Z', '2026-11-22T08:46:36.974Z'],
  ['2026-11-22T08:46:36.973Z', '2026-11-22T08:46:37Z'],
  ['2026-11-22T08:46:36Z', '2026-11-22T08:46:36.000001Z'],
  ['2026-11-22T10:00:00.000+02:00', '2026-11-22T08:30:00.000Z'],
  ['2026-11-22T08:46:36.973Z', '2026-11-22T08:46:36.973999Z'],
  ['9999-12-31T23:59:59.999Z', '+010000-01-01T00:00:00.000Z'],
] as const;

test('of two moments the later one counts, whichever is known first and however it is written', (t) => {
  for (const [before, behind] of behindOneAnother) {
    t.is(later(before, behind), behind);
    t.is(later(behind, before), behind);
  }
  t.is(later(undefined, '2026-11-22T08:46:36.973Z'), '2026-11-22T08:46:36.973Z');
});

test('a stamp of the same moment stands for the one before', (t) => {
  t.is(later('2026-11-22T10:00:00+02:00', '2026-11-22T08:00:00.000Z'), '2026-11-22T08:00:00.000Z');
});
