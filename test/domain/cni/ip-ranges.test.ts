import test from 'ava';
import { either as E } from 'fp-ts';
import { readRanges } from '../../../domain/cni/ip-ranges.ts';
import { ip } from '../../support/events.ts';

test('a subnet is the range of all its addresses, unless its ends are given', (t) => {
  t.deepEqual(
    readRanges([
      [
        { subnet: '10.244.0.0/24' },
        { subnet: '10.244.1.0/24', rangeStart: '10.244.1.10', rangeEnd: '10.244.1.20' },
      ],
      [{ subnet: 'FD00:244::/64', rangeStart: 'fd00:244:0::2' }],
    ]),
    E.right([
      { first: ip('10.244.0.0'), last: ip('10.244.0.255') },
      { first: ip('10.244.1.10'), last: ip('10.244.1.20') },
      { first: ip('fd00:244::2'), last: ip('fd00:244::ffff:ffff:ffff:ffff') },
    ]),
  );
});

test('no ranges confine nothing', (t) => {
  t.deepEqual(readRanges([]), E.right([]));
});

for (const [why, sets, words] of [
  ['no CIDR', [[{ subnet: '10.244.0.0' }]], /such as 10\.244/],
  ['host bits', [[{ subnet: '10.244.0.1/24' }]], /write 10\.244\.0\.0\/24/],
  [
    'a start outside',
    [[{ subnet: '10.244.0.0/24', rangeStart: '10.244.1.1' }]],
    /rangeStart .* inside of 10\.244/,
  ],
  ['an end that is none', [[{ subnet: '10.244.0.0/24', rangeEnd: 'last' }]], /rangeEnd .* inside of 10\.244/],
  [
    'ends the wrong way round',
    [[{ subnet: '10.244.0.0/24', rangeStart: '10.244.0.9', rangeEnd: '10.244.0.8' }]],
    /must not lie behind/,
  ],
  [
    'two sets of a family',
    [[{ subnet: '10.244.0.0/24' }], [{ subnet: '10.244.1.0/24' }]],
    /one set of ranges/,
  ],
  ['two families in a set', [[{ subnet: '10.244.0.0/24' }, { subnet: 'fd00::/64' }]], /sets of their own/],
] as const) {
  test(`${why}: refused, with what to do`, (t) => {
    const refused = readRanges(sets);
    t.like(refused, { left: { type: 'wrong-ranges' } });
    if (E.isLeft(refused)) t.regex(refused.left.type === 'wrong-ranges' ? refused.left.expected : '', words);
  });
}
