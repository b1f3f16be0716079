import test from 'ava';
import { either as E, function as F } from 'fp-ts';
import type { CniError } from '../../../domain/cni/error.ts';
import { decodeConfig, type NetworkConfig, readConfig } from '../../../domain/cni/network-config.ts';
import type { Verb } from '../../../domain/cni/version.ts';

const base = { cniVersion: '1.0.0', name: 'evio', type: 'evio' };

const decode = (keys: object, verb: Verb = 'ADD'): E.Either<CniError, NetworkConfig> =>
  F.pipe(
    readConfig(JSON.stringify({ ...base, ...keys })),
    E.chain((raw) => decodeConfig(raw, verb, '1.0.0')),
  );

test('a whole configuration is read', (t) => {
  t.deepEqual(
    decode({
      bridge: 'evio0',
      bridgeType: 'OVS',
      mtu: 1400,
      agentSocket: '/run/other.sock',
      queue: '/srv/queue',
      mac: '02-00-5E-10-00-03',
      ipMasq: true,
      isGateway: true,
      isDefaultGateway: true,
      ipam: {},
      dns: { nameservers: ['10.96.0.10'], search: ['shop.svc'] },
      capabilities: { ips: true },
      hairpinMode: true,
      runtimeConfig: {
        ips: ['10.244.0.9/24'],
        mac: '02-00-5E-10-00-01',
        dns: { servers: ['10.96.0.53'], options: ['ndots:5'] },
        ipRanges: [[{ subnet: '10.244.0.0/24', rangeStart: '10.244.0.8' }]],
        aliases: ['web'],
      },
      args: { cni: { ips: ['10.244.0.10'], mac: '02:00:5e:10:00:02', labels: [] } },
      disableCheck: false,
      'cni.dev/whatever': 7,
    }),
    E.right({
      cniVersion: '1.0.0',
      network: 'evio',
      agentSocket: '/run/other.sock',
      queue: '/srv/queue',
      bridge: 'evio0',
      mtu: 1400,
      dns: { nameservers: ['10.96.0.53'], search: ['shop.svc'], options: ['ndots:5'] },
      requestedAddresses: { capability: ['10.244.0.9/24'], args: ['10.244.0.10'] },
      requestedMac: '02:00:5e:10:00:01',
      mac: '02:00:5e:10:00:03',
      ranges: [[{ subnet: '10.244.0.0/24', rangeStart: '10.244.0.8' }]],
      validAttachments: undefined,
    }),
  );
});

test('a VLAN is read, and 0 is none; what undoes does not ask for it', (t) => {
  const read = (vlan: unknown, verb?: Verb) => {
    const decoded = decode({ vlan }, verb);
    return E.isRight(decoded) ? decoded.right.vlan : decoded.left.code;
  };
  for (const vlan of [1, 100, 4094]) t.is(read(vlan), vlan);
  t.is(read(0), undefined);
  t.is(read(100, 'STATUS'), 100);
  for (const verb of ['DEL', 'GC'] as const) for (const vlan of [100, 'x']) t.is(read(vlan, verb), undefined);
});

test('a trunk is read by both of its names, in order and each VLAN once', (t) => {
  const written = [
    { id: 300 },
    { minID: 100, maxID: 102 },
    { id: 7 },
    { minID: 102, maxID: 103 },
    { id: 104 },
  ];
  const trunk = [
    { first: 7, last: 7 },
    { first: 100, last: 104 },
    { first: 300, last: 300 },
  ];
  for (const key of ['trunk', 'vlanTrunk']) {
    t.like(decode({ [key]: written, vlan: 5 }), { right: { trunk, vlan: 5 } });
    const undone = decode({ [key]: written }, 'DEL');
    t.true(E.isRight(undone) && undone.right.trunk === undefined);
  }
});

test('the least configuration is enough', (t) => {
  t.deepEqual(
    decode({}),
    E.right({
      cniVersion: '1.0.0',
      network: 'evio',
      agentSocket: '/run/evio/agent.sock',
      queue: '/var/lib/evio/queue',
      requestedAddresses: { capability: [], args: [] },
      validAttachments: undefined,
    }),
  );
});

/** Refused: the code, what msg must hold (key and value), and what details must say. */
const refused = test.macro({
  exec: (t, keys: object, code: number, msg: RegExp, details: RegExp) => {
    const decoded = decode(keys);
    t.true(E.isLeft(decoded));
    if (E.isRight(decoded)) return;
    t.is(decoded.left.code, code);
    t.regex(decoded.left.msg, msg);
    t.regex(decoded.left.details, details);
  },
  title: (_, keys: object) => `${JSON.stringify(keys)} is refused`,
});

test(refused, { bridgeType: 'LXBR' }, 2, /"bridgeType": "LXBR"/, /Open vSwitch/);
test(refused, { bridgeType: 7 }, 2, /"bridgeType": 7/, /"OVS"/);
test(refused, { brige: 'evio0' }, 2, /"brige": "evio0"/, /did you mean "bridge"\?/);
test(refused, { Bridge: 'evio0' }, 2, /"Bridge": "evio0"/, /did you mean "bridge"\?/);
test(refused, { MTU: 1400 }, 2, /"MTU": 1400/, /did you mean "mtu"\?/);
test(refused, { agentsocket: '/x' }, 2, /"agentsocket": "\/x"/, /did you mean "agentSocket"\?/);
test(refused, { isIPMasq: true }, 2, /"isIPMasq": true/, /did you mean "ipMasq"\?/);
test(refused, { hairpinMode: 'yes' }, 7, /"hairpinMode": "yes"/, /true or false/);
test(refused, { promiscMode: true }, 2, /"promiscMode": true/, /take "promiscMode" out/);
for (const vlan of [-1, 4095, 1.5, '7', null, [7]])
  test(refused, { vlan }, 7, /"vlan": /, /a whole number from 1 to 4094, or 0 for no VLAN/);
for (const trunk of [
  ...[[], 7, '7', {}, [7], [{}], [{ id: 0 }], [{ id: 4095 }], [{ id: '7' }], [{ id: 7, minID: 1, maxID: 2 }]],
  ...[[{ minID: 7 }], [{ maxID: 7 }], [{ minID: 9, maxID: 7 }], [{ id: 7, name: 'x' }], [{ id: 7 }, null]],
]) {
  test(refused, { trunk }, 7, /"trunk": /, /a list of \{"id": VLAN\}/);
  test(refused, { vlanTrunk: trunk }, 7, /"vlanTrunk": /, /each VLAN from 1 to 4094/);
}
test(
  refused,
  { trunk: [{ id: 7 }], vlanTrunk: [{ id: 7 }] },
  7,
  /"vlanTrunk": \[\{"id":7\}\]/,
  /leave one of them out/,
);
test(refused, { mac: '03:00:5e:10:00:01' }, 7, /"mac": "03:00:5e:10:00:01"/, /the MAC of one interface/);
test(refused, { mac: 7 }, 7, /"mac": 7/, /02:00:5e:10:00:01/);
test(refused, { bridgeIPv4: '10.244.0.1/16' }, 2, /"bridgeIPv4": "10.244.0.1\/16"/, /take "bridgeIPv4" out/);
test(refused, { nodeBits: '8' }, 2, /"nodeBits": "8"/, /take "nodeBits" out/);
test(refused, { constructor: 1 }, 2, /"constructor": 1/, /take "constructor" out/);
test(refused, { x: 1 }, 2, /"x": 1/, /take "x" out/);
test(refused, { ipMasq: false }, 2, /"ipMasq": false/, /whole node/);
test(refused, { isGateway: false }, 2, /"isGateway": false/, /true/);
test(refused, { isDefaultGateway: false }, 2, /"isDefaultGateway": false/, /true/);
test(refused, { ipam: { type: 'evio-ipam' } }, 2, /"ipam.type": "evio-ipam"/, /leave "ipam" out/);
test(refused, { type: 'mine', ipam: { type: 'mine' } }, 2, /"ipam.type": "mine"/, /leave "ipam" out/);
test(refused, { ipam: { subnet: '10.1.0.0/24' } }, 7, /"ipam.type" is missing/, /leave "ipam" out/);
const dhcp = { ipam: { type: 'dhcp' } };
test(refused, { ...dhcp, vlan: 7 }, 2, /"ipam.type": "dhcp"/, /take "vlan" out/);
test(refused, { ...dhcp, trunk: [{ id: 7 }] }, 2, /"ipam.type": "dhcp"/, /take "trunk" out/);
test(refused, { ipam: { type: '../x' } }, 7, /"ipam.type": "..\/x"/, /such as "host-local"/);
test(refused, { ipam: 'host-local' }, 7, /"ipam": "host-local"/, /write an object/);
test(refused, { bridge: '' }, 7, /"bridge": ""/, /1 to 15 bytes/);
test(refused, { bridge: 'a-name-of-16-byt' }, 7, /"bridge": "a-name-of-16-byt"/, /1 to 15 bytes/);
test(refused, { bridge: 3 }, 7, /"bridge": 3/, /1 to 15 bytes/);
test(refused, { mtu: 67 }, 7, /"mtu": 67/, /68 to 65535/);
test(refused, { mtu: 65536 }, 7, /"mtu": 65536/, /68 to 65535/);
test(refused, { mtu: '1400' }, 7, /"mtu": "1400"/, /whole number/);
test(refused, { mtu: 1400.5 }, 7, /"mtu": 1400.5/, /whole number/);
test(refused, { agentSocket: 'agent.sock' }, 7, /"agentSocket": "agent.sock"/, /absolute path/);
test(refused, { queue: 'queue' }, 7, /"queue": "queue"/, /absolute path/);
test(refused, { dns: { nameservers: '1.1.1.1' } }, 7, /"dns": \{"nameservers":"1.1.1.1"\}/, /nameservers/);
test(refused, { runtimeConfig: { ips: '10.0.0.1' } }, 7, /"runtimeConfig.ips": "10.0.0.1"/, /list/);
test(refused, { runtimeConfig: { mac: '02::1' } }, 7, /"runtimeConfig.mac": "02::1"/, /02:00:5e:10:00:01/);
test(
  refused,
  { runtimeConfig: { dns: { servers: 7 } } },
  7,
  /"runtimeConfig.dns": \{"servers":7\}/,
  /searches/,
);
for (const [ipRanges, code, msg] of [
  ['10.244.0.0/24', 7, /"runtimeConfig.ipRanges": "10.244.0.0\/24"/],
  [['10.244.0.0/24'], 7, /"runtimeConfig.ipRanges": "10.244.0.0\/24"/],
  [[{ subnet: '10.244.0.0/24' }], 7, /"runtimeConfig.ipRanges": \[\{"subnet"/],
  [[[]], 7, /"runtimeConfig.ipRanges": \[\[\]\]/],
  [[[{ rangeStart: '10.244.0.1' }]], 7, /"runtimeConfig.ipRanges": \{"rangeStart":"10.244.0.1"\}/],
  [[[{ subnet: '10.244.0.0/24', rangeEnd: 9 }]], 7, /"runtimeConfig.ipRanges.rangeEnd": 9/],
  [
    [[{ subnet: '10.244.0.0/24', gateway: '10.244.0.1' }]],
    2,
    /"runtimeConfig.ipRanges.gateway": "10.244.0.1"/,
  ],
] as const) {
  test(refused, { runtimeConfig: { ipRanges } }, code, msg, /subnet, rangeStart|"subnet", "rangeStart"/);
}
test(
  refused,
  { runtimeConfig: { portMappings: [] } },
  2,
  /"runtimeConfig.portMappings": \[\]/,
  /ips, mac, dns, ipRanges; take "portMappings" out .* "portmap" behind/,
);
test(refused, { runtimeConfig: { bandwidth: {} } }, 2, /"runtimeConfig.bandwidth"/, /"bandwidth" behind/);
test(
  refused,
  { runtimeConfig: { deviceID: 'x' } },
  2,
  /"runtimeConfig.deviceID": "x"/,
  /take "deviceID" out/,
);
test(refused, { args: { cni: { mac: 'ff:ff:ff:ff:ff:ff' } } }, 7, /"args.cni.mac"/, /one interface/);
test(refused, { args: { cni: { ips: [1] } } }, 7, /"args.cni.ips": \[1\]/, /list/);
test(refused, { prevResult: [] }, 7, /"prevResult": \[\]/, /plugin before/);

test('a long value is cut in the message', (t) => {
  const decoded = decode({ bridge: 'x'.repeat(5000) });
  t.true(E.isLeft(decoded) && decoded.left.msg.length < 300);
});

const unread = test.macro({
  exec: (t, text: string, code: number, msg: RegExp) => {
    const raw = readConfig(text);
    t.true(E.isLeft(raw));
    if (E.isRight(raw)) return;
    t.is(raw.left.code, code);
    t.regex(raw.left.msg, msg);
  },
  title: (_, text: string) => `${JSON.stringify(text)} on stdin is refused`,
});

test(unread, '', 6, /stdin is empty/);
test(unread, ' \n', 6, /stdin is empty/);
test(unread, '{"name": "evio"', 6, /cannot decode the network configuration/);
test(unread, '["evio"]', 6, /not a JSON object/);
test(unread, 'null', 6, /not a JSON object/);
test(unread, '{}', 7, /^missing network name$/);
test(unread, '{"name": ""}', 7, /^missing network name$/);
test(unread, '{"name": "a b"}', 7, /^invalid characters found in network name: "name": "a b"$/);
test(unread, '{"name": 7}', 7, /"name": 7/);

for (const verb of ['DEL', 'GC'] as const) {
  test(`${verb} does not fail over keys that it does not need`, (t) => {
    t.true(E.isRight(decode({ brige: 'evio0', mtu: 'big', bridgeType: 'LXBR', ipMasq: false }, verb)));
    t.like(decode({ agentSocket: 7 }, verb), { left: { code: 7 } });
    t.like(decode({ queue: 7 }, verb), { left: { code: 7 } });
  });
}

test('the plugin that asks through the pod is delegated to like all others', (t) => {
  const decoded = decode({ ipam: { type: 'dhcp' }, vlan: 0 });
  t.is(E.isRight(decoded) ? decoded.right.delegate?.plugin : undefined, 'dhcp');
});
