import test from 'ava';
import fc from 'fast-check';
import { nextFreeWithin } from '../../../domain/ip/free-within.ts';
import { emptyPool, giveBack, nextFree, take } from '../../../domain/ip/pool.ts';
import { podAddresses } from '../../../domain/ip/row.ts';
import { cidr, ip } from '../../support/events.ts';

const subnet = cidr('10.244.0.0/28');
const places = Array.from({ length: 13 }, (_, index) => `10.244.0.${index + 2}`);

const step = fc.record({ place: fc.constantFrom(...places), back: fc.boolean() });
const bounds = fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 }));

test('confined to everything it chooses as nextFree does, confined to less the first of these that would come', (t) => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.array(bounds, { minLength: 1, maxLength: 3 }),
      (steps, all) => {
        const play = (skip: ReadonlyArray<string> = []) => {
          const pool = emptyPool(podAddresses(subnet));
          for (const place of skip) take(pool, place, 'outside');
          for (const { place, back } of steps.filter(({ place }) => !skip.includes(place)))
            back ? giveBack(pool, place, 'since') : take(pool, place, 'pod');
          return pool;
        };
        const ranges = all.map(([one, other]) => ({
          first: ip(`10.244.0.${Math.min(one, other)}`),
          last: ip(`10.244.0.${Math.max(one, other)}`),
        }));
        const inside = (place: string) =>
          all.some(([one, other]) => {
            const last = Number(place.split('.')[3]);
            return Math.min(one, other) <= last && last <= Math.max(one, other);
          });
        const outside = places.filter((place) => !inside(place));
        // The model: a pool in which all that is outside of the ranges is held by somebody else.
        t.deepEqual(nextFreeWithin(play(), ranges), nextFree(play(outside)));
      },
    ),
    { seed: 20261121, numRuns: 500 },
  );
});

test('a range of 2^96 addresses is not walked through', (t) => {
  const pool = emptyPool(podAddresses(cidr('fd00:244::/64')));
  take(pool, 'fd00:244::2', 'pod');
  const range = { first: ip('fd00::'), last: ip('fd00:ffff::') };
  t.deepEqual(nextFreeWithin(pool, [range]), { place: 'fd00:244::3', returnedAt: undefined });
});
