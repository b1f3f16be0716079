import test from 'ava';
import { type DiskHistory, diskOutlook, diskWords, lookAgain } from '../../../domain/disk/outlook.ts';
import { parseSize, sizeWords } from '../../../domain/disk/size.ts';

const mib = 2 ** 20;
const gib = 2 ** 30;
const hour = 3_600_000;

const looks = (...used: ReadonlyArray<number>): DiskHistory =>
  used.reduce<DiskHistory>((history, one, at) => lookAgain(history, { used: one, free: 0 }, at * hour), []);

test('a log within its budget says how long that will do, at the rate that was seen', (t) => {
  const history = looks(300 * mib, 301 * mib, 302 * mib);
  const outlook = diskOutlook({ used: 302 * mib, free: 9 * gib }, gib, history);
  t.deepEqual(outlook, {
    used: 302 * mib,
    free: 9 * gib,
    budget: gib,
    left: 722 * mib,
    perDay: 24 * mib,
    overHours: 2,
    fullInDays: 30,
    level: 'ok',
  });
  t.is(diskWords(outlook), '302 MiB of 1 GiB budget; full in about 30 days at the rate of the last 2 h');
});

test('in its first hour an agent says nothing of days', (t) => {
  const outlook = diskOutlook({ used: mib, free: 9 * gib }, gib, looks(0));
  t.deepEqual([outlook.perDay, outlook.fullInDays], [undefined, undefined]);
  t.is(diskWords(outlook), '1 MiB of 1 GiB budget');
});

test('what an archive gave back is not taken for a log that shrinks', (t) => {
  const history = looks(500 * mib, 510 * mib, 20 * mib, 30 * mib);
  t.is(diskOutlook({ used: 30 * mib, free: gib }, gib, history).perDay, ((10 + 10) * 24 * mib) / 3);
});

test('looks are kept an hour apart for a week, whatever their number', (t) => {
  let history: DiskHistory = [];
  for (let minute = 0; minute < 60 * 24 * 10; minute += 1)
    history = lookAgain(history, { used: minute * mib, free: gib }, minute * 60_000);
  t.true(history.length > 160 && history.length < 175, `${history.length}`);
  const { perDay } = diskOutlook({ used: 0, free: gib }, undefined, history);
  t.true(Math.abs((perDay ?? 0) - 1440 * mib) < mib);
});

const levels = [
  ['enough', { used: 100 * mib, free: 9 * gib }, gib, [], 'ok'],
  ['four fifths of the budget', { used: 820 * mib, free: 9 * gib }, gib, [], 'warning'],
  ['a budget that is nearly used', { used: 1010 * mib, free: 9 * gib }, gib, [], 'full'],
  ['a budget that is more than used', { used: 2 * gib, free: 9 * gib }, gib, [], 'full'],
  ['a disk with less than the budget', { used: 100 * mib, free: 10 * mib }, gib, [], 'full'],
  ['no budget and a wide disk', { used: 5 * gib, free: gib }, undefined, [], 'ok'],
  ['no budget and a scarce disk', { used: 5 * gib, free: 200 * mib }, undefined, [], 'warning'],
  ['no budget and a full disk', { used: 5 * gib, free: 15 * mib }, undefined, [], 'full'],
  ['three days to go', { used: 100 * mib, free: 9 * gib }, gib, looks(0, 12.5 * mib), 'warning'],
] as const;

for (const [what, use, budget, history, level] of levels) {
  test(`${what}: ${level}`, (t) => {
    t.is(diskOutlook(use, budget, history).level, level);
  });
}

test('sizes are read and said in the units of memory', (t) => {
  t.deepEqual(['1GiB', '512MiB', ' 1.5 GiB ', '1048576', '0.5KiB'].map(parseSize), [
    gib,
    512 * mib,
    1.5 * gib,
    mib,
    512,
  ]);
  t.deepEqual(
    ['', '1GB', '-1', 'many', '1e3', 'GiB', '99999999TiB'].map(parseSize),
    Array(7).fill(undefined),
  );
  t.deepEqual([0, 900, 312 * mib, 1.5 * gib, 20 * gib].map(sizeWords), [
    '0 B',
    '900 B',
    '312 MiB',
    '1.5 GiB',
    '20 GiB',
  ]);
});
