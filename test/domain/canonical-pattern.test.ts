import test from 'ava';
import fc from 'fast-check';
import { either as E } from 'fp-ts';
import * as io from 'io-ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { canonicalPattern } from '../../domain/canonical-pattern.ts';
import { clusterEvents } from '../../domain/cluster/events.ts';
import { hostEvents } from '../../domain/host/events.ts';
import { MachineHints } from '../../domain/identity/machine-hints.ts';
import { Integer } from '../../domain/integer.ts';
import { fromNumber } from '../../domain/ip/address.ts';
import { parseCidr } from '../../domain/ip/cidr.ts';
import { cidrPattern } from '../../domain/ip/cidr-pattern.ts';
import { ip, podAdded, podDeleted, podWired } from '../support/events.ts';

const text = fc.oneof(
  { weight: 12, arbitrary: fc.stringMatching(/^[a-z0-9/.-]{0,12}$/) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom('', '"', '\\', 'ü', '\u2028', '{"a":1}') },
);
const address = fc.oneof(
  { weight: 9, arbitrary: fc.ipV4().map(ip) },
  { weight: 1, arbitrary: fc.constantFrom('fd00::1', '10.0.0.256', '010.1.1.1', '10.1.1').map(ip) },
);
const integer = fc.oneof(
  { weight: 9, arbitrary: fc.nat() },
  { weight: 1, arbitrary: fc.constantFrom(-1, 999_999_999_999_999, Number.MAX_SAFE_INTEGER) },
);
const choice = fc.constantFrom(
  { by: 'policy', policy: 'next-free/1' } as const,
  { by: 'requested' } as const,
  { by: 'imported', from: 'etcd' } as const,
);

const added = fc
  .record({
    containerId: text,
    ifname: text,
    network: text,
    netns: fc.record({ path: text, device: integer, inode: integer }),
    addresses: fc.array(fc.record({ address, choice }), { maxLength: 3 }),
    mtu: integer,
    pod: fc.option(
      fc.record({ namespace: text, name: text, uid: text }, { requiredKeys: ['namespace', 'name'] }),
      { nil: undefined },
    ),
  })
  .map(({ pod, ...more }) => podAdded('c1', '10.244.0.2', { ...more, ...(pod && { pod }) }));

const withoutType = ({ type: _, ...payload }: { readonly type: string }) => canonicalJson(payload);

const wanted = ['addresses.0.address', 'addresses.1.address', 'containerId', 'netns.path', 'pod.uid'];
const pattern = canonicalPattern(hostEvents.PodAdded.codec, wanted, 'type') ?? /$^/;

test('of a text that it matches the codec makes what JSON.parse makes of it', (t) => {
  let matched = 0;
  fc.assert(
    fc.property(
      added,
      fc.nat(),
      fc.constantFrom('"', '\\', ',', '0', ' ', 'x', '\n'),
      (event, at, spoiled) => {
        const written = withoutType(event);
        const place = at % written.length;
        for (const payload of [written, written.slice(0, place) + spoiled + written.slice(place + 1)]) {
          if (!pattern.test(payload)) continue;
          matched += 1;
          const parsed = { ...JSON.parse(payload), type: 'PodAdded' };
          t.deepEqual(hostEvents.PodAdded.codec.decode(parsed), E.right(parsed));
          t.is(canonicalJson(JSON.parse(payload)), payload);
        }
      },
    ),
    { numRuns: 2000 },
  );
  t.true(matched > 300, `${matched} matched`);
});

test('of VLANs it matches those that there are, and no other number', (t) => {
  for (let vlan = 0; vlan <= 5000; vlan += 1) {
    const written = withoutType(podAdded('c1', '10.244.0.2', { vlan }));
    t.is(pattern.test(written), vlan >= 1 && vlan <= 4094, String(vlan));
  }
});

/** Host bits are zero in some of these, and set in others. */
const network = fc.tuple(fc.ipV4(), fc.nat({ max: 34 }), fc.boolean()).map(([text, length, cut]) => {
  const cidr = parseCidr(`${text}/${length}`);
  return cut && E.isLeft(cidr) && cidr.left.type === 'host-bits-set'
    ? cidr.left.network
    : `${text}/${length}`;
});
const uuid = fc.oneof(fc.uuid(), fc.constant('0'.repeat(36)));
const node = fc.constantFrom(
  'node-1',
  'a.b-c',
  'n1',
  'n2',
  'n3',
  '-a',
  'a..b',
  'A',
  `${'a.'.repeat(126)}b`,
  'a'.repeat(254),
);
const hints = fc.record(
  {
    machine: fc.constantFrom('a'.repeat(64), 'a'.repeat(63)),
    kubernetesNode: fc.constantFrom('uid-1', 'u 1', 'u'.repeat(65)),
  },
  { requiredKeys: [] },
);
const decided = fc.oneof(
  fc.record(
    {
      type: fc.constant('NodeJoined' as const),
      node,
      incarnation: uuid,
      publicKey: text,
      hostAddress: address,
      hints,
    },
    { requiredKeys: ['type', 'node', 'incarnation', 'publicKey', 'hostAddress'] },
  ),
  fc.record({ type: fc.constant('SubnetLeased' as const), node, subnet: network, asOf: text }),
);

test('of a decision whose text it matches the codec makes what JSON.parse makes of it', (t) => {
  const matched = { NodeJoined: 0, SubnetLeased: 0 };
  fc.assert(
    fc.property(decided, (event) => {
      const { type } = event;
      const { codec } = clusterEvents[type];
      const payload = withoutType(event as { readonly type: string });
      if (canonicalPattern(codec, [], 'type')?.test(payload) !== true) return;
      matched[type] += 1;
      t.deepEqual(codec.decode(event), E.right(event));
    }),
    { numRuns: 3000 },
  );
  t.true(matched.NodeJoined > 50 && matched.SubnetLeased > 100, JSON.stringify(matched));
});

test('the text of an IPv4 network of 16 bits or more is matched, and with a host bit set it is not', (t) => {
  const whole = new RegExp(`^${cidrPattern}$`);
  for (let length = 16; length <= 32; length += 1) {
    const bits = (0xffffffff << (32 - length)) >>> 0;
    const of = (number: number) => `${fromNumber(4, BigInt(number))}/${length}`;
    t.true(whole.test(of(bits)), of(bits));
    if (length < 32) t.false(whole.test(of(bits + 1)), of(bits + 1));
  }
  t.false(whole.test('10.0.0.0/33'));
});

test('what a node says of its machine is matched, both hints, one and none', (t) => {
  const pattern = canonicalPattern(MachineHints) ?? /$^/;
  const [machine, kubernetesNode] = ['b'.repeat(64), 'uid-1'];
  for (const said of [{}, { machine }, { kubernetesNode }, { machine, kubernetesNode }])
    t.true(pattern.test(canonicalJson(said)), canonicalJson(said));
  t.false(pattern.test(`{,"machine":"${machine}"}`));
});

test('its groups are the wanted values', (t) => {
  const event = podAdded('c1', '10.244.0.2', { pod: { namespace: 'a', name: 'b', uid: 'u-1' } });
  t.deepEqual([...(pattern.exec(withoutType(event)) ?? [])].slice(1), [
    '10.244.0.2',
    undefined,
    'c1',
    '/run/netns/c1',
    'u-1',
  ]);
});

test('it matches what programs write of the three events that logs are made of', (t) => {
  for (const event of [podAdded('c1', '10.244.0.2'), podWired('c1'), podDeleted('c1', '10.244.0.2')]) {
    t.regex(withoutType(event), canonicalPattern(hostEvents[event.type].codec, [], 'type') ?? /$^/);
  }
});

test('it leaves to the codec what is written in another way', (t) => {
  const payload = withoutType(podAdded('c1', '10.244.0.2'));
  for (const [other, because] of [
    [payload.replace(',"ifname"', ', "ifname"'), 'a space'],
    [payload.replace('"eth0"', '"eth\\u0030"'), 'an escape'],
    [payload.replace('1410', '1410.0'), 'a fraction'],
    [payload.replace('1410', '9007199254740991'), 'sixteen digits'],
    [payload.replace('10.244.0.2', 'fd00:244::2'), 'IPv6'],
    [payload.replace('10.244.0.2', '10.244.0.02'), 'no canonical address'],
    [payload.replace('{"addresses"', '{"a":1,"addresses"'), 'a key that the codec does not know'],
    [payload.replace('"mtu":1410,', ''), 'a key that is missing'],
  ] as const)
    t.false(pattern.test(other), because);
});

test('optional keys may be absent, wherever they stand', (t) => {
  const codec = io.exact(
    io.intersection([
      io.type({ b: io.string, d: io.boolean }),
      io.partial({ a: Integer, c: io.string, e: io.string }),
    ]),
  );
  const keys = canonicalPattern(codec, ['a', 'b', 'c', 'd', 'e']) ?? /$^/;
  const groups = (value: object) => keys.exec(JSON.stringify(value))?.slice(1);
  t.deepEqual(groups({ b: 'x', d: true }), [undefined, 'x', undefined, 'true', undefined]);
  t.deepEqual(groups({ a: -1, b: 'x', c: 'y', d: false, e: 'z' }), ['-1', 'x', 'y', 'false', 'z']);
  t.is(groups({ a: 1, d: true }), undefined);
});

test('a codec that says what no pattern can has none, and a wanted value that it lacks is a defect', (t) => {
  t.is(canonicalPattern(io.strict({ any: io.unknown })), undefined);
  t.throws(() => canonicalPattern(hostEvents.PodWired.codec, ['network', 'ifname']), {
    instanceOf: TypeError,
    message: 'the text has ifname,network in this order, not network,ifname',
  });
});
