import test from 'ava';
import { either as E } from 'fp-ts';
import { parseConfiguration } from '../../../domain/cluster/configuration.ts';
import { cluster } from '../../../domain/cluster/decider.ts';
import { isSilent, servedSeconds } from '../../../domain/cluster/lease-ttl.ts';
import { describeViolation } from '../../../domain/cluster/violation.ts';
import { configuration, configured, hour } from '../../support/cluster.ts';
import { given } from '../../support/given.ts';

const good = { podCidr: '10.244.0.0/16', nodeBits: 8, hostCidr: '10.10.0.0/16' };
const modern = { ...configuration, minReader: 7 };
const withTtl = { ...modern, leaseTtlSeconds: 3600 };

test('leases have a TTL where one is given, in whole seconds', (t) => {
  for (const [leaseTtl, expected] of [
    [undefined, undefined],
    [10, 10],
    ['1h', 3600],
    ['365d', 31_536_000],
  ] as const) {
    const parsed = parseConfiguration({ ...good, leaseTtl });
    t.is(E.isRight(parsed) ? parsed.right.leaseTtlSeconds : parsed.left, expected);
  }
});

for (const [leaseTtl, complaint] of [
  [0, 'is shorter than ten seconds: write at least "10s", or leave it out for leases without a TTL'],
  ['9s', 'is shorter than ten seconds: write at least "10s", or leave it out for leases without a TTL'],
  ['366d', 'is longer than a year: write at most "365d", or leave it out for leases without a TTL'],
  ['soon', 'is not a duration: write seconds, such as 86400, or a text such as "24h"'],
] as const)
  test(`no TTL of leases: ${JSON.stringify(leaseTtl)}`, (t) => {
    const parsed = parseConfiguration({ ...good, leaseTtl });
    t.deepEqual(E.isLeft(parsed) && parsed.left.map(describeViolation), [
      `leaseTtl ${JSON.stringify(leaseTtl)} ${complaint}`,
    ]);
  });

test('a TTL is taken up, changed and given up at any time, and once each', (t) => {
  const configure = (as: typeof modern) =>
    given(cluster, [configured(modern)]).when({ type: 'configure', ...as });
  configure(withTtl).decides(t, configured(withTtl));
  configure(withTtl).onceOnly(t);
  given(cluster, [configured(withTtl)])
    .when({ type: 'configure', ...modern })
    .decides(t, configured(modern));
});

test('where programs read along that would not stop by it, a TTL is refused', (t) => {
  given(cluster, [configured({ ...modern, minReader: 6 })])
    .when({ type: 'configure', ...withTtl, minReader: undefined })
    .refuses(t, { type: 'readers-too-old', minReader: 6, needed: 7 });
});

test('a holder stops long before anybody calls it silent, for every TTL', (t) => {
  const asOf = (seconds: number) => new Date(Date.parse(hour(0)) + seconds * 1000).toISOString();
  for (const ttl of [10, 11, 13, 60, 3600, 86_400]) {
    t.true(servedSeconds(ttl) > ttl / 2 && servedSeconds(ttl) <= (ttl * 3) / 4, `${ttl}`);
    t.false(isSilent(hour(0), ttl, asOf(ttl * 1.25 - 0.001)), `${ttl}`);
    t.true(isSilent(hour(0), ttl, asOf(Math.ceil(ttl * 1.25) + 1)), `${ttl}`);
  }
});
