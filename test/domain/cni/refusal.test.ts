import test from 'ava';
import { type Refusal, toCniError } from '../../../domain/cni/refusal.ts';
import { describeLedgerFailure } from '../../../services/agent/ledger-words.ts';
import { cidr, ip } from '../../support/events.ts';
import { attachment } from '../../support/host.ts';

type Example<Type extends Refusal['type']> = Omit<Extract<Refusal, { readonly type: Type }>, 'type'>;

const c1 = attachment('c1');
const ranges = [{ first: ip('10.244.0.2'), last: ip('10.244.0.5') }];
const path = '/run/netns/c1';

/** One of each kind, with its code (CNI spec 1.1.0, section 5) and what its message must name. */
const examples: {
  readonly [Type in Refusal['type']]: readonly [Example<Type>, number, ReadonlyArray<string>];
} = {
  'no-lease': [{}, 11, ['no subnet']],
  'lease-fenced': [{ reason: 'node-1 is being replaced' }, 11, ['node-1 is being replaced']],
  'lease-lapsed': [{ ttlSeconds: 600, silentSeconds: 451 }, 11, ['451 s', 'TTL of 600 s']],
  leaving: [{}, 11, ['leaving']],
  'subnet-exhausted': [{ subnets: [cidr('10.244.0.0/24')], capacity: '253' }, 11, ['10.244.0.0/24', '253']],
  'subnet-awaited': [
    { subnets: [cidr('10.244.0.0/24')], capacity: '253', most: 2 },
    11,
    ['10.244.0.0/24', '253', '1 of 2'],
  ],
  'already-attached': [
    { attachment: c1, addresses: [ip('10.244.0.2')] },
    7,
    ['CNI_CONTAINERID "c1"', 'CNI_IFNAME "eth0"', '"evio"', '10.244.0.2'],
  ],
  'being-prepared': [{ attachment: c1 }, 11, ['"c1"', '"eth0"', 'another ADD']],
  'preparation-lost': [{ attachment: c1 }, 11, ['"c1"', '"eth0"', 'is gone']],
  'attachment-reserved': [{ attachment: c1 }, 11, ['"c1"', '"eth0"']],
  'unknown-attachment': [{ attachment: c1 }, 3, ['"c1"', '"eth0"', '"evio"']],
  'requested-outside': [
    { address: ip('10.99.0.1'), subnets: [cidr('10.244.0.0/24')] },
    7,
    ['"10.99.0.1"', '10.244.0.0/24'],
  ],
  'requested-never-given': [{ address: ip('10.244.0.1'), role: 'gateway' }, 7, ['"10.244.0.1"', 'gateway']],
  'requested-held': [
    { address: ip('10.244.0.2'), holder: 'evio/c2/eth0' },
    11,
    ['"10.244.0.2"', 'evio/c2/eth0'],
  ],
  'folder-busy': [{ path: '/var/lib/cni/networks/n' }, 11, ['/var/lib/cni/networks/n']],
  'folder-failed': [{ path: '/d/n/10.1.2.3', reason: 'EROFS' }, 5, ['/d/n/10.1.2.3', 'EROFS']],
  'pool-duplicate': [
    { set: 1, address: ip('10.1.2.2'), containerId: 'c1' },
    999,
    ['range 1', '10.1.2.2', 'c1'],
  ],
  'pool-exhausted': [{ set: 0, ranges: '10.1.2.1-10.1.2.6' }, 999, ['range 0', '10.1.2.1-10.1.2.6']],
  'pool-requested-gateway': [{ set: 0, address: ip('10.1.2.1') }, 999, ['range 0', '10.1.2.1']],
  'pool-requested-taken': [
    { set: 0, address: ip('10.1.2.2'), ranges: '10.1.2.1-10.1.2.6' },
    999,
    ['range 0', '10.1.2.2', '10.1.2.1-10.1.2.6'],
  ],
  'pool-requested-left': [{ addresses: [ip('10.9.9.9')] }, 999, ['10.9.9.9']],
  'era-closed': [{ era: 4 }, 11, ['era 4']],
  'requested-outside-ranges': [
    { address: ip('10.244.0.9'), ranges },
    7,
    ['"10.244.0.9"', '10.244.0.2-10.244.0.5'],
  ],
  'ranges-outside': [
    { ranges, subnets: [cidr('10.244.7.0/24')] },
    7,
    ['10.244.0.2-10.244.0.5', '10.244.7.0/24'],
  ],
  'ranges-exhausted': [{ ranges }, 11, ['10.244.0.2-10.244.0.5']],
  'delegated-not-one-per-family': [
    { plugin: 'host-local', addresses: [ip('10.244.0.2'), ip('10.244.0.3')] },
    7,
    ['"host-local"', '10.244.0.2', '10.244.0.3'],
  ],
  'delegated-conflict': [
    {
      plugin: 'static',
      address: ip('192.168.5.7'),
      conflict: { type: 'outside-lease', subnets: [cidr('10.244.0.0/24')] },
    },
    7,
    ['"static"', '192.168.5.7', '10.244.0.0/24'],
  ],
  'requested-mac-held': [
    { mac: '02:00:00:00:00:01', holder: 'evio/c2/eth0' },
    11,
    ['"02:00:00:00:00:01"', 'evio/c2/eth0'],
  ],
  'requested-mac-reserved': [{ mac: '0a:58:0a:f4:00:09' }, 7, ['"0a:58:0a:f4:00:09"']],
  'readers-too-old': [{ minReader: 1, needed: 2 }, 11, ['minReader "1"', 'generation 2']],
  'import-conflicts': [
    {
      conflicts: [
        { attachment: c1, address: ip('10.244.0.2'), conflict: { type: 'never-given', role: 'gateway' } },
        { attachment: c1, conflict: { type: 'not-one-per-family' } },
      ],
    },
    7,
    ['2 conflicts', '10.244.0.2', 'c1'],
  ],
  'requested-twice': [
    { addresses: [ip('10.244.0.2'), ip('10.244.0.3')] },
    7,
    ['10.244.0.2', '10.244.0.3', 'one family'],
  ],
  'netns-missing': [{ path }, 4, [`CNI_NETNS "${path}"`]],
  'netns-not-a-namespace': [{ path }, 4, [`CNI_NETNS "${path}"`]],
  'netns-is-host': [{ path }, 8, [`CNI_NETNS "${path}"`]],
  'netns-replaced': [{ path }, 11, [`CNI_NETNS "${path}"`]],
  'ifname-taken': [{ ifname: 'eth0', path }, 4, ['CNI_IFNAME "eth0"', path]],
  'link-missing': [{ name: 'evio0' }, 11, ['"evio0"']],
  'foreign-link': [{ name: 'evio0' }, 5, ['"evio0"']],
  'flows-unreachable': [{ reason: 'no such socket' }, 11, ['no such socket']],
  'flow-refused': [{ reason: 'OpenFlow error 4' }, 5, ['OpenFlow error 4']],
  'kernel-refused': [
    { operation: 'add the route', errno: 'ENETUNREACH' },
    5,
    ['add the route', 'ENETUNREACH'],
  ],
  'switch-unreachable': [{ reason: 'ENOENT' }, 11, ['Open vSwitch', 'ENOENT']],
  'bridge-missing': [{ bridge: 'evio0' }, 11, ['"evio0"']],
  'bridge-failed': [{ bridge: 'evio0', reason: 'no datapath' }, 11, ['"evio0"', 'no datapath']],
  'foreign-port': [{ name: 'eviox' }, 5, ['"eviox"']],
  'port-removed': [{ name: 'eviox' }, 11, ['"eviox"']],
  'port-failed': [{ name: 'eviox', reason: 'no such device' }, 11, ['"eviox"', 'no such device']],
  conflict: [{ stream: 'host-1', expected: 3, actual: 'no-stream' }, 5, ['host-1', '3', 'no-stream']],
  'duplicate-event-id': [{ id: 'id-1' }, 5, ['id-1']],
  'too-large': [{ stream: 'host-1', reason: '1 MiB' }, 5, ['host-1', '1 MiB']],
  rejected: [{ stream: 'host-1', reason: 'another hash' }, 5, ['host-1', 'another hash']],
  denied: [{ reason: 'node-2 may not append' }, 5, ['node-2 may not append']],
  restored: [{ reason: 'epoch 2 has begun' }, 5, ['epoch 2 has begun']],
  unavailable: [{ reason: 'no space left' }, 11, ['no space left']],
  archived: [{ stream: 'host-1', from: 3, to: 17, archive: 'abcd' }, 5, ['3 to 17', 'host-1']],
  'unreadable-envelope': [{ id: 'id-1', reason: 'not JSON' }, 5, ['id-1', 'not JSON']],
  'unreadable-payload': [{ id: 'id-1', event: 'PodAdded', reason: 'mtu' }, 5, ['id-1', 'mtu']],
  'unknown-event': [{ id: 'id-1', event: 'PodMoved', version: 2 }, 5, ['PodMoved', '2']],
  'wrong-bridge': [{ asked: 'br9', bridge: 'evio0' }, 7, ['bridge "br9"']],
  'wrong-mtu': [{ asked: 9000, atLeast: 68, atMost: 1410 }, 7, ['mtu "9000"', '68', '1410']],
  'not-an-address': [{ text: '10.0.0' }, 7, ['"10.0.0"']],
  'delegated-not-an-address': [{ plugin: 'static', text: 'ten' }, 6, ['"static"', '"ten"']],
  'not-a-mac': [{ text: '02:00' }, 7, ['"02:00"']],
  'trunk-guarded': [{ trunk: '7 100-200' }, 2, ['"7 100-200"', 'anti-spoofing']],
  'vlan-unnameable': [{ vlan: 1000, name: 'a-long-bridge.1000' }, 7, ['"1000"', 'a-long-bridge.1000']],
  'wrong-ranges': [
    { ranges: '{"subnet":"10.244.0.1/24"}', expected: 'write 10.244.0.0/24' },
    7,
    ['"runtimeConfig.ipRanges"', '10.244.0.1/24'],
  ],
  'given-up': [{}, 11, ['given up']],
  halted: [{ reason: 'nft is missing' }, 11, ['nft is missing']],
  'unadopted-links': [{ links: ['eviox (evio/c1/eth0)'] }, 11, ['eviox (evio/c1/eth0)']],
  'queue-unreadable': [{ path: '/q/evio%c1%eth0', reason: 'EIO' }, 11, ['/q/evio%c1%eth0', 'EIO']],
  'not-ready': [{ reasons: ['one', 'two'], limited: false }, 50, ['one; two']],
  'not-collected': [
    { left: [{ attachment: 'evio/c1/eth0', reason: 'EBUSY' }], of: 3 },
    5,
    ['1 of 3', 'evio/c1/eth0', 'EBUSY'],
  ],
  'unknown-protocol': [{ asked: 3, served: [1, 2] }, 11, ['protocol 3', '1 and 2']],
  'wrong-protocol': [{ keys: ['protocol'], protocol: 1 }, 11, ['protocol']],
  differs: [{ differences: ['no route', 'no port'] }, 5, ['no route', 'no port']],
};

for (const [type, [example, code, named]] of Object.entries(examples)) {
  test(`${type} has code ${code}, names what it is about, and says what to do`, (t) => {
    const error = toCniError({ type, ...example } as Refusal);
    t.is(error.code, code);
    for (const word of named) t.true(error.msg.includes(word), `${word} in "${error.msg}"`);
    t.false(/undefined|\[object/.test(`${error.msg}${error.details}`), error.details);
    t.true(error.details.length > 10);
  });
}

/** The same shape with a mebibyte that would clear a terminal in place of every text, and a thousand of each item. */
const swollen = (value: unknown): unknown => {
  if (typeof value === 'string') return `\x1b[2J${value}\n${'x'.repeat(1 << 20)}`;
  if (Array.isArray(value)) return Array(1000).fill(swollen(value[0]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, swollen(part)]));
};

for (const [type, [example]] of Object.entries(examples)) {
  test(`${type} stays one readable line, whatever stands in it`, (t) => {
    const { msg, details } = toCniError({ type, ...(swollen(example) as object) } as Refusal);
    t.true(msg.length + details.length < 14_000, `${msg.length + details.length} characters`);
    t.notRegex(msg + details, /\p{Cc}/u);
  });
}

test('where pods that exist may be cut off too, STATUS has a code of its own', (t) => {
  t.is(toCniError({ type: 'not-ready', reasons: ['one'], limited: true }).code, 51);
});

test('what to do about a wrong bridge names both ways out', (t) => {
  const { details } = toCniError({ type: 'wrong-bridge', asked: 'br9', bridge: 'evio0' });
  t.true(details.includes('"bridge": "evio0"') && details.includes('--bridge br9'));
});

test('a user that nobody knows is told another remedy than one that may not do it', (t) => {
  const denied = { type: 'denied', reason: 'no such user, or another password' } as const;
  t.regex(toCniError(denied).details, /give a credential that may do this/);
  t.regex(toCniError({ ...denied, credential: 'refused' }).details, /the user or the password is wrong/);
});

test('why a node is fenced is told to its end, whatever follows in it: on one line, and not without bound', (t) => {
  const ledger = {
    type: 'own-log-older',
    stream: `host-evio:node-1:${'0'.repeat(36)}`,
    own: 3,
    copy: 6,
  } as const;
  const { msg, remedy } = describeLedgerFailure(ledger, 'ledger.example:2113');
  const fenced = toCniError({ type: 'lease-fenced', reason: `${msg}; ${remedy}` }).msg;
  t.true(fenced.endsWith(remedy));
  t.is(toCniError({ type: 'not-ready', reasons: [fenced], limited: false, fenced: true }).msg, fenced);
  const long = toCniError({ type: 'lease-fenced', reason: `\n${'x'.repeat(1_000_000)}` }).msg;
  t.true(long.length < 2000 && !long.includes('\n'));
});
