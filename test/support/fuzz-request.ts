import fc from 'fast-check';
import { mostly, wildText } from './fuzz.ts';

/** One request to an agent's socket, none of which asks for what could be done. */
export type WildRequest = { readonly path: string; readonly body: unknown };

const wild = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  wildText,
  fc.constantFrom(null, true, -1, 1.5, 1e308, 2 ** 53, '', [], {}, '10.244.0.2', '10.244.0.0/24', '::1'),
);

/** Nine in ten values are sound, and each key may be missing. */
const body = (sound: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> => {
  const keys = Object.fromEntries(
    Object.entries(sound).map(([key, arbitrary]) => [key, mostly<unknown>(arbitrary, wild)]),
  );
  return fc.oneof(
    { weight: 12, arbitrary: fc.record(keys) },
    { weight: 2, arbitrary: fc.record(keys, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
};

const always = fc.constant;

const envelope = {
  protocol: always(1),
  requestId: fc.uuid({ version: 4 }),
  attempt: fc.nat(3),
  network: always('evio'),
};
const attachment = {
  containerId: fc.constantFrom('c1', 'a'.repeat(64)),
  ifname: fc.constantFrom('eth0', 'net1'),
};
/** No pod's network namespace, so that no ADD can come to anything. */
const netns = fc.constantFrom('/run/netns/evio-nowhere', '/proc/self/ns/mnt', '/dev/null', '/', 'netns');
const addresses = fc.array(fc.constantFrom('10.244.0.9', 'fd00::9', '10.1.2.3'), { maxLength: 2 });
const pod = fc.record({ namespace: wildText, name: wildText }, { requiredKeys: ['namespace', 'name'] });
const range = fc.record(
  { subnet: fc.constantFrom('10.244.0.0/24', '10.1.2.0/24', 'fd00::/64'), rangeStart: wildText },
  { requiredKeys: ['subnet'] },
);
const ranges = fc.array(fc.array(range, { maxLength: 2 }), { maxLength: 2 });
const delegated = fc.record({ plugin: wildText, addresses });
const valid = fc.array(fc.record({ containerId: wildText, ifname: wildText }), { maxLength: 3 });

const vlan = fc.constantFrom(1, 7, 100, 4094);
const ends = fc.constantFrom(0, 1, 7, 100, 4094, 4095);
const trunk = mostly<unknown>(
  fc.constantFrom([{ first: 7, last: 7 }], [{ first: 1, last: 4094 }]),
  fc.array(fc.record({ first: ends, last: ends }), { maxLength: 3 }),
);
const tags = [{ vlan }, { trunk }, { vlan, trunk }];

const add = {
  ...{ ...envelope, ...attachment, netns, requestedAddresses: addresses },
  ...{ pod, bridge: always('evio0'), mtu: fc.constantFrom(1400, 68), mac: always('02:00:5e:10:00:01') },
  ...{ ranges, delegated },
};

/** Of an ADD in one turn, and of one whose delegate asks through the pod. */
const adds = (more: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> =>
  fc.oneof(...[{}, { throughPod: always(true) }].map((through) => body({ ...add, ...more, ...through })));

const status = {
  ...{ ...envelope, delegated: fc.record({ plugin: wildText }) },
  ...{ bridge: fc.constantFrom('evio0', 'br-ex'), mtu: fc.constantFrom(1400, 68, 65_535) },
};

/** Their `dataDir` is never what chance makes of it: it would be a folder of this machine. */
const pool = (dataDir: fc.Arbitrary<string>) => {
  const ipam = body({ type: always('evio-ipam'), subnet: always('10.1.2.0/24'), routes: ranges });
  return fc.record(
    {
      ipam: fc
        .tuple(ipam, dataDir)
        .map(([keys, folder]) => ({ ...(typeof keys === 'object' ? keys : { keys }), dataDir: folder })),
      ipRanges: mostly<unknown>(ranges, wild),
    },
    { requiredKeys: ['ipam'] },
  );
};

/** `folder` is empty, and made anew by whoever looks into it. */
const ipam = (folder: string): Readonly<Record<string, fc.Arbitrary<unknown>>> => {
  const asking = { ...envelope, pool: pool(fc.constantFrom(folder, '/dev/null/networks')) };
  const namespace = fc.record({ path: netns, device: fc.nat(9), inode: fc.nat() });
  const adding = { ...attachment, requestedAddresses: addresses, pod, netns: namespace };
  return {
    // Nothing can be written there.
    '/v1/ipam/add': body({ ...asking, ...adding, pool: pool(always('/dev/null/networks')) }),
    '/v1/ipam/del': body({ ...asking, ...attachment }),
    '/v1/ipam/check': body({ ...asking, ...attachment }),
    '/v1/ipam/status': body(asking),
    '/v1/ipam/gc': body({ ...asking, validAttachments: valid }),
  };
};

const found = fc.record({
  ...{ ...attachment, network: always('evio'), netns, addresses, mac: always('02:00:5e:10:00:01') },
  hostIfname: always('veth0'),
});
const decision = body({
  ...{ node: fc.constantFrom('node-9', 'x'.repeat(300)), reason: wildText },
  ...{ cluster: fc.constantFrom('evio', 'other'), incarnation: fc.uuid() },
});

/** What sends no body, or acts on any (`leave`, `close-era`, `settle`), is not among them. */
const bodies = (folder: string): Readonly<Record<string, fc.Arbitrary<unknown>>> => ({
  '/v1/admit': adds({}),
  '/v1/add': adds({}),
  '/v1/vlan/admit': fc.oneof(...tags.map(adds)),
  '/v1/vlan/add': fc.oneof(...tags.map(adds)),
  '/v1/vlan/status': fc.oneof(...tags.map((tagged) => body({ ...status, ...tagged }))),
  '/v1/del': fc.oneof(
    body({ ...envelope, ...attachment, netns }),
    body({ ...envelope, ...attachment, netns, prepared: always(true) }),
  ),
  '/v1/check': body({ ...envelope, ...attachment, netns, expectedAddresses: addresses }),
  '/v1/status': body(status),
  '/v1/gc': body({ ...envelope, validAttachments: valid }),
  ...ipam(folder),
  // Never whole: the cluster is configured.
  '/v1/configure': body({ podCidr: wild, nodeBits: wild, hostCidr: always('10.10.0.0/33') }),
  '/v1/join': body({ held: wild, replace: wild }),
  '/v1/reconcile': body({ dryRun: fc.constantFrom(true, 'yes') }),
  '/v1/import': body({ from: always('host-local'), dryRun: fc.boolean(), pods: fc.array(found) }),
  '/v1/redact': body({
    target: fc.oneof(
      fc.record({ id: wildText }),
      fc.record({ pod: wildText }),
      always({ position: 10 ** 9 }),
    ),
    ...{ reason: wildText, by: wildText, dryRun: fc.boolean() },
  }),
  '/v1/drop-era': body({
    ...{ stream: wildText, revision: fc.nat(), hash: wildText, archive: wildText, audited: fc.nat() },
  }),
  '/v1/revoke': decision,
  '/v1/attest': decision,
  '/v1/../..': wild,
});

export const wildRequest = (folder: string): fc.Arbitrary<WildRequest> =>
  fc.oneof(...Object.entries(bodies(folder)).map(([path, of]) => of.map((asked) => ({ path, body: asked }))));
