import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import { readIpamConfig } from '../../../domain/cni/ipam-config.ts';
import { folderOf } from '../../../domain/cni/ipam-folder.ts';
import { rangeOf } from '../../../domain/host/ipam/range-sets.ts';
import { toNumber } from '../../../domain/ip/address.ts';

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom('10.1.2.9', '10.1.2.1', 'fd00::7', '::ffff:10.1.2.7', '', 'x', '10.1.2.300', '::'),
);
const subnet = fc.oneof(
  fc.constantFrom(
    '10.1.2.0/24',
    'fd00::/64',
    '10.1.2.0/29',
    '0.0.0.0/0',
    '::/0',
    '10.1.2.0/30',
    '10.0.0.0/x',
    '',
  ),
  fc.tuple(address, fc.integer({ min: -1, max: 130 })).map(([text, bits]) => `${text}/${bits}`),
);
const wild = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '__proto__', 'a\u0000b', '../..', '\u202e'),
);
const mostly = <A>(sound: fc.Arbitrary<A>) =>
  fc.oneof({ weight: 12, arbitrary: sound as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: wild });
const ranges = (value: fc.Arbitrary<unknown>) =>
  fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 3 });
const range = mostly(
  fc.record(
    {
      subnet: mostly(subnet),
      rangeStart: mostly(address),
      rangeEnd: mostly(address),
      gateway: mostly(address),
    },
    { requiredKeys: ['subnet'] },
  ),
);
/** Nearly right: ends that may lie the wrong way round, sets that may overlap. */
const near = fc.record({
  ranges: fc.array(
    fc.array(
      fc
        .tuple(
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 0, max: 255 }),
          fc.integer({ min: 0, max: 255 }),
        )
        .map(([net, start, end]) => ({
          subnet: `10.${net}.0.0/24`,
          rangeStart: `10.${net}.0.${start}`,
          ...(end > 100 ? { rangeEnd: `10.${net}.0.${end}` } : {}),
        })),
      { minLength: 1, maxLength: 2 },
    ),
    { minLength: 1, maxLength: 2 },
  ),
});
const wildIpam = fc.record(
  {
    type: mostly(fc.constant('evio-ipam')),
    subnet: mostly(subnet),
    rangeStart: mostly(address),
    rangeEnd: mostly(address),
    gateway: mostly(address),
    ranges: mostly(ranges(range)),
    routes: mostly(
      fc.array(mostly(fc.record({ dst: mostly(subnet), gw: mostly(address) })), { maxLength: 3 }),
    ),
    dataDir: mostly(fc.constantFrom('/var/lib/cni/networks', '', '/x/../y')),
    resolvConf: mostly(fc.constant('/etc/resolv.conf')),
    constructor: wild,
    rangestart: wild,
  },
  { requiredKeys: [] },
);

const ipam = fc.oneof(near, wildIpam);

test('10,000 configurations as nobody should write them: each is refused in words, or complete and in itself right', (t) => {
  const verdicts = { read: 0, refused: 0 };
  const codes = new Set<number>();
  fc.assert(
    fc.property(ipam, fc.option(mostly(ranges(range)), { freq: 3, nil: undefined }), (keys, ipRanges) => {
      const read = readIpamConfig('lan', keys, ipRanges);
      if (E.isLeft(read)) {
        const { code, msg, details } = read.left;
        codes.add(code);
        verdicts.refused += 1;
        return msg !== '' && details !== '' && !/[\p{Cc}\p{Cf}]/u.test(msg + details);
      }
      verdicts.read += 1;
      const all = read.right.ranges.flat();
      return (
        read.right.ranges.length > 0 &&
        read.right.folder.endsWith('/lan') &&
        all.every(({ first, last }) => toNumber(first) <= toNumber(last)) &&
        all.every((one) => all.every((other) => one === other || rangeOf([other], one.first) === undefined))
      );
    }),
    { seed: 20261121, numRuns: 10_000 },
  );
  t.true(verdicts.read > 500 && verdicts.refused > 500, JSON.stringify(verdicts));
  t.deepEqual([...codes].sort(), [2, 7, 999]);
});

test('a network’s folder lies in its dataDir, wherever that is said to be', (t) => {
  t.is(folderOf({}, 'lan'), '/var/lib/cni/networks/lan');
  t.is(folderOf({ dataDir: '' }, 'lan'), '/var/lib/cni/networks/lan');
  t.is(folderOf({ dataDir: '/run/cni//' }, 'lan'), '/run/cni/lan');
});
