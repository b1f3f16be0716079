import test from 'ava';
import fc from 'fast-check';
import { emptyPool, giveBack, nextFree, type Pool, take } from '../../../domain/ip/pool.ts';
import { nodeSubnets, placeAt, podAddresses, type Row } from '../../../domain/ip/row.ts';
import { cidr } from '../../support/cluster.ts';

/** Gives the next free place, as a decision would. */
const takeNext = (pool: Pool, holder = 'x'): string | undefined => {
  const place = nextFree(pool)?.place;
  if (place !== undefined) take(pool, place, holder);
  return place;
};

const five: Row = podAddresses(cidr('10.244.0.0/29'));

test('a pool gives its row in order, exactly once, and then nothing', (t) => {
  const pool = emptyPool(five);
  const given = Array.from({ length: 6 }, () => takeNext(pool));
  t.deepEqual(given, ['10.244.0.2', '10.244.0.3', '10.244.0.4', '10.244.0.5', '10.244.0.6', undefined]);
});

test('what was never given comes first, then what was returned longest ago', (t) => {
  const pool = emptyPool(five);
  for (let n = 0; n < 4; n += 1) takeNext(pool);
  giveBack(pool, '10.244.0.4', 'first');
  giveBack(pool, '10.244.0.2', 'second');
  t.deepEqual(nextFree(pool), { place: '10.244.0.6', returnedAt: undefined });
  takeNext(pool);
  t.deepEqual(nextFree(pool), { place: '10.244.0.4', returnedAt: 'first' });
  takeNext(pool);
  t.deepEqual(nextFree(pool), { place: '10.244.0.2', returnedAt: 'second' });
});

test('what is kept is passed by, never given or returned', (t) => {
  const pool = emptyPool(nodeSubnets(cidr('10.244.0.0/16'), 2));
  const places = ['10.244.0.0/18', '10.244.64.0/18', '10.244.128.0/18', '10.244.192.0/18'];
  const without = (...kept: ReadonlyArray<string>) => nextFree(pool, (place) => kept.includes(place))?.place;
  const [first = '', second = '', third = '', fourth = ''] = places;
  take(pool, second, 'n1');
  t.is(without(first), third);
  for (const place of [first, third, fourth]) take(pool, place, 'n1');
  giveBack(pool, third, 'first');
  giveBack(pool, second, 'second');
  t.is(without(third), second);
  t.is(without(third, second), undefined);
});

test('a place that was asked for by name is passed over later', (t) => {
  const pool = emptyPool(five);
  take(pool, '10.244.0.3', 'asked');
  t.deepEqual([takeNext(pool), takeNext(pool)], ['10.244.0.2', '10.244.0.4']);
});

test('a place asked for and returned waits until the never-given ones are used up', (t) => {
  const pool = emptyPool(five);
  take(pool, '10.244.0.3', 'asked');
  giveBack(pool, '10.244.0.3', 'then');
  const given = Array.from({ length: 6 }, () => takeNext(pool));
  t.deepEqual(given, ['10.244.0.2', '10.244.0.4', '10.244.0.5', '10.244.0.6', '10.244.0.3', undefined]);
});

test('a place is given back once, and only when held', (t) => {
  const pool = emptyPool(five);
  giveBack(pool, '10.244.0.2', 'never held');
  t.deepEqual(pool, emptyPool(five));
  takeNext(pool);
  giveBack(pool, '10.244.0.2', 'then');
  giveBack(pool, '10.244.0.2', 'again');
  t.is(pool.returned.live.get('10.244.0.2')?.since, 'then');
});

test('an IPv6 /64 gives at once, at its beginning and after a place near its end', (t) => {
  const pool = emptyPool(podAddresses(cidr('fd00:244::/64')));
  take(pool, 'fd00:244::ffff:ffff:ffff:fffe', 'asked');
  t.deepEqual([takeNext(pool), takeNext(pool)], ['fd00:244::2', 'fd00:244::3']);
});

test('choosing looks at one place, whether ten are held or twenty thousand', (t) => {
  const looks = (held: number): number => {
    const pool = emptyPool(podAddresses(cidr('10.0.0.0/8')));
    for (let n = 0; n < held; n += 1) takeNext(pool);
    let count = 0;
    const counted = <Target extends object>(target: Target): Target =>
      new Proxy(target, {
        get: (of, key) => {
          count += 1;
          const value = Reflect.get(of, key, of);
          if (typeof value === 'function') return value.bind(of);
          return typeof value === 'object' && value !== null && key !== 'row' ? counted(value) : value;
        },
      });
    nextFree(counted(pool));
    return count;
  };
  t.is(looks(20_000), looks(10));
  t.true(looks(10) < 10);
});

test('the queue of returned places stays as small as what it holds', (t) => {
  const pool = emptyPool(podAddresses(cidr('fd00::/64')));
  takeNext(pool);
  giveBack(pool, 'fd00::2', 'for ever in front');
  for (let n = 0; n < 10_000; n += 1) {
    take(pool, 'fd00::99', 'asked');
    giveBack(pool, 'fd00::99', 'returned');
  }
  t.true(pool.returned.entries.length < 100, `${pool.returned.entries.length} entries for 2 places`);
});

type Act = { readonly kind: 'next' | 'name' | 'back'; readonly n: number };

const acts: fc.Arbitrary<ReadonlyArray<Act>> = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'next' as const,
      'next' as const,
      'name' as const,
      'back' as const,
      'back' as const,
    ),
    n: fc.nat({ max: 1_000 }),
  }),
  { maxLength: 300, size: 'max' },
);

const rows: ReadonlyArray<Row> = [
  podAddresses(cidr('10.244.0.0/30')),
  five,
  podAddresses(cidr('10.244.0.0/27')),
  podAddresses(cidr('fd00::/124')),
];

test('any sequence of taking, asking and returning keeps to the order', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...rows), acts, (row, sequence) => {
      const pool = emptyPool(row);
      const places = Array.from({ length: Number(row.count) }, (_, i) => placeAt(row, BigInt(i)));
      const held = new Set<string>();
      const ever = new Set<string>();
      let returned: ReadonlyArray<string> = [];
      for (const { kind, n } of sequence) {
        const never = places.find((place) => !ever.has(place));
        t.is(nextFree(pool)?.place, never ?? returned[0]);
        t.is(nextFree(pool) === undefined, held.size === places.length);
        const holding = [...held];
        const free = places.filter((place) => !held.has(place));
        if (kind === 'back' && holding.length > 0) {
          const place = holding[n % holding.length] ?? '';
          giveBack(pool, place, String(n));
          held.delete(place);
          returned = [...returned, place];
        } else if (kind !== 'back' && free.length > 0) {
          const place = (kind === 'next' ? nextFree(pool)?.place : free[n % free.length]) ?? '';
          take(pool, place, 'x');
          held.add(place);
          ever.add(place);
          returned = returned.filter((other) => other !== place);
        }
        t.deepEqual(new Set(pool.held.keys()), held);
      }
    }),
    { numRuns: 60 },
  );
});
