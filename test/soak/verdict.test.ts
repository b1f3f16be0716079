import test from 'ava';
import type { Outcome } from '../../soak/soak.ts';
import { verdictOf } from '../../soak/verdict.ts';

const sound: Outcome = {
  operations: 3000,
  kills: 1,
  ovsRestarts: 2,
  duplicates: [],
  leaks: [],
  lost: [],
  refusals: new Map(),
};
const minute = { seconds: 60, seed: 7, json: false };

test('a run that went through enough and broke nothing holds', (t) => {
  t.deepEqual(verdictOf(sound, minute), {
    held: true,
    lines: [
      '3000 operations in 60 s: 50/s, 1 kills of the agent, 2 restarts of Open vSwitch, seed 7',
      'duplicate addresses: none',
      'leaks: none',
      'lost: none',
    ],
  });
});

for (const [what, outcome, words] of [
  ['too few operations', { ...sound, operations: 2999 }, 'too little: fewer than 50 operations a second'],
  ['no kill of the agent', { ...sound, kills: 0 }, 'too little: the agent was never killed'],
  [
    'one restart of Open vSwitch',
    { ...sound, ovsRestarts: 1 },
    'too little: Open vSwitch was not restarted 2 times',
  ],
] as const)
  test(`a run of a minute with ${what} does not hold, and a shorter one is a try`, (t) => {
    const { held, lines } = verdictOf(outcome, minute);
    t.false(held);
    t.is(lines[1], words);
    t.true(verdictOf(outcome, { ...minute, seconds: 59 }).held);
  });

for (const what of ['duplicates', 'leaks', 'lost'] as const)
  test(`one of ${what} breaks it, however short the run, and a few examples are shown`, (t) => {
    t.false(verdictOf({ ...sound, [what]: ['one'] }, { ...minute, seconds: 1 }).held);
    const found = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const { lines } = verdictOf({ ...sound, [what]: found }, minute);
    const at = lines.findIndex((line) => line.endsWith(': 7'));
    t.deepEqual(lines.slice(at + 1, at + 7), ['  a', '  b', '  c', '  d', '  e', '  and 2 more']);
  });

test('refusals are told by how often, and JSON is the last line', (t) => {
  const refusals = new Map([
    ['no port', 1],
    ['the node is full', 9],
  ]);
  const { held, lines } = verdictOf({ ...sound, refusals, kills: 0 }, { ...minute, json: true });
  t.false(held);
  t.deepEqual(lines.slice(2, 4), ['  refused 9 times: the node is full', '  refused 1 times: no port']);
  t.deepEqual(JSON.parse(lines.at(-1) ?? ''), {
    ...{ operations: 3000, kills: 0, ovsRestarts: 2, duplicates: 0, leaks: 0, lost: 0 },
    tooLittle: ['the agent was never killed'],
  });
});
