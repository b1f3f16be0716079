import test from 'ava';
import fc from 'fast-check';
import { nextFreeWithin } from '../../../domain/ip/free-within.ts';
import { emptyPool, giveBack, nextFree, take } from '../../../domain/ip/pool.ts';
import { podAddresses } from '../../../domain/ip/row.ts';
import { cidr, ip } from '../../support/events.ts';

const subnet = cidr('10.244.0.0/28');
const places = Array.from({ length: 13 }, (_, index) => `10.244.0.${index + 2}`);

// Few of them, so that they are given, returned and given again in all orders.
const step = fc.record({ place: fc.constantFrom(...places.slice(0, 4)), back: fc.boolean() });
const bounds = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 }));

test('confined to everything it chooses as nextFree does, confined to less the first of these that would come', (t) => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40, size: 'max' }),
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
    { seed: 20261121, numRuns: 2_000 },
  );
});

test('a range of 2^96 addresses is not walked through', (t) => {
  const pool = emptyPool(podAddresses(cidr('fd00:244::/64')));
  take(pool, 'fd00:244::2', 'pod');
  const range = { first: ip('fd00::'), last: ip('fd00:ffff::') };
  t.deepEqual(nextFreeWithin(pool, [range]), { place: 'fd00:244::3', returnedAt: undefined });
});

test('a place that was returned and given again is not free', (t) => {
  const pool = emptyPool(podAddresses(subnet));
  for (const place of ['10.244.0.2', '10.244.0.3']) {
    take(pool, place, 'pod');
    giveBack(pool, place, 'since');
  }
  take(pool, '10.244.0.3', 'another');
  const only = (place: string) => [{ first: ip(place), last: ip(place) }];
  t.is(nextFreeWithin(pool, only('10.244.0.3')), undefined);
  t.deepEqual(nextFreeWithin(pool, only('10.244.0.2')), { place: '10.244.0.2', returnedAt: 'since' });
});
