import test from 'ava';
import fc from 'fast-check';
import { parseTrunk } from '../../domain/ovs/parse-trunk.ts';
import { trunkOf, trunkText, vlansIn } from '../../domain/trunk.ts';
import { Trunk } from '../../domain/vlan.ts';

const vlans = fc.array(fc.integer({ min: 1, max: 4094 }), { minLength: 1, maxLength: 50 });

test('a trunk holds the VLANs that it was made of, once, and is read back from its text', (t) => {
  fc.assert(
    fc.property(vlans, (all) => {
      const trunk = trunkOf(all) ?? [];
      t.true(Trunk.is(trunk));
      t.deepEqual(
        vlansIn(trunk),
        [...new Set(all)].sort((one, other) => one - other),
      );
      t.deepEqual(parseTrunk(trunkText(trunk)), trunk);
    }),
  );
  t.is(trunkOf([]), undefined);
});

test('what is no trunk is not taken for one', (t) => {
  for (const ranges of [
    [],
    [{ first: 0, last: 1 }],
    [{ first: 1, last: 4095 }],
    [{ first: 9, last: 7 }],
    [
      { first: 7, last: 9 },
      { first: 9, last: 10 },
    ],
    [
      { first: 7, last: 9 },
      { first: 10, last: 11 },
    ],
    [
      { first: 9, last: 9 },
      { first: 7, last: 7 },
    ],
  ])
    t.false(Trunk.is(ranges), JSON.stringify(ranges));
});
