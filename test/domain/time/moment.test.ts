import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { describeMoment, parseMoment, utc } from '../../../domain/time/moment.ts';

const vantage = { now: Date.parse('2026-11-21T12:00:00.000Z'), zone: 'Europe/Berlin' };

const read = (text: string, zone = vantage.zone): string => {
  const moment = parseMoment('at', text, { ...vantage, zone });
  return E.isRight(moment) ? utc(moment.right) : moment.left.map(({ reason }) => reason).join();
};

const spellings: ReadonlyArray<readonly [string, string]> = [
  ['now', '2026-11-21T12:00:00.000Z'],
  ['2026-11-17T14:05:00Z', '2026-11-17T14:05:00.000Z'],
  ['2026-11-17t14:05:00.25z', '2026-11-17T14:05:00.250Z'],
  ['2026-11-17T14:05:00+05:30', '2026-11-17T08:35:00.000Z'],
  ['2026-11-17 14:05-08:00', '2026-11-17T22:05:00.000Z'],
  ['2026-11-17 14:05', '2026-11-17T13:05:00.000Z'],
  ['2026-07-17T14:05:30', '2026-07-17T12:05:30.000Z'],
  ['2026-11-17', '2026-11-16T23:00:00.000Z'],
  ['2h ago', '2026-11-21T10:00:00.000Z'],
  ['90m', '2026-11-21T10:30:00.000Z'],
  ['3d ago', '2026-11-18T12:00:00.000Z'],
  ['1h30m ago', '2026-11-21T10:30:00.000Z'],
];

for (const [text, moment] of spellings) test(`"${text}" is ${moment}`, (t) => t.is(read(text), moment));

test('a local time is one of the zone that is asked in', (t) => {
  t.is(read('2026-11-17 14:05', 'UTC'), '2026-11-17T14:05:00.000Z');
  t.is(read('2026-11-17 14:05', 'America/New_York'), '2026-11-17T19:05:00.000Z');
});

test('a local time that comes twice, or never, is refused with its two spellings', (t) => {
  t.deepEqual(
    parseMoment('at', '2026-10-25 02:30', vantage),
    E.left([
      {
        key: 'at',
        value: '2026-10-25 02:30',
        reason: 'at "2026-10-25 02:30" comes twice in Europe/Berlin, where the clocks change',
        remedy: 'write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00',
      },
    ]),
  );
  t.regex(read('2026-03-29 02:30'), /never comes in Europe\/Berlin/);
});

for (const text of [
  '',
  'yesterday',
  '14:05',
  '2026-13-01',
  '2026-02-30T10:00:00Z',
  '2 hours',
  '5000d',
  '-2h',
  '1763380',
]) {
  test(`"${text}" is refused with key, value and what is accepted`, (t) => {
    const refused = parseMoment('between', text, vantage);
    if (E.isRight(refused)) return t.fail(utc(refused.right));
    const [violation, ...more] = refused.left;
    t.deepEqual(more, []);
    t.true(violation?.reason.startsWith(`between "${text}" is `), violation?.reason);
    t.regex(violation?.remedy ?? '', /^write RFC 3339 \(2026-11-17T14:05:00Z.*2h ago.*or now$/);
  });
}

test('a moment is told in the zone and in UTC', (t) => {
  const moment = Date.parse('2026-11-17T13:05:00.123Z');
  t.is(
    describeMoment(moment, 'Europe/Berlin'),
    '2026-11-17 14:05:00+01:00 Europe/Berlin (2026-11-17T13:05:00.123Z)',
  );
});

test('what utc writes is read back as the same moment, in every zone', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns'),
      (moment, zone) => t.deepEqual(parseMoment('at', utc(moment), { now: 0, zone }), E.right(moment)),
    ),
  );
});
