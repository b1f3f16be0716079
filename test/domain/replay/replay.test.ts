import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ids } from '../../../adapters/system/ids.ts';
import type { LeanEvent, LoggedEvent, LogReader } from '../../../domain/port/log-reader.ts';
import type { HostOptions } from '../../../domain/replay/desired-host.ts';
import { replayFiles } from '../../../domain/replay/replay-files.ts';
import { replayLog } from '../../../domain/replay/replay-log.ts';
import { redactedLog } from '../../support/audited.ts';
import { joined, leased } from '../../support/cluster.ts';
import {
  cidr,
  incarnation,
  ip,
  leaseObserved,
  podAdded,
  podDeleted,
  podWired,
} from '../../support/events.ts';
import { generatedLog, type Told, written } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { beginning, cluster, host } from '../../support/told-history.ts';

const logOf = (events: ReadonlyArray<LoggedEvent>): Pick<LogReader, 'leanPages' | 'at'> => ({
  leanPages: function* (from) {
    yield events.slice(from).map(({ id: _, hash: __, logHash: ___, ...lean }): LeanEvent => lean);
  },
  at: (position) => events[position],
});

const options: HostOptions = {
  bridge: { name: 'evio0', datapathType: 'system', mtu: 1410 },
  antiSpoofing: false,
  masqueradeExclude: [cidr('192.0.2.0/24')],
};

const identity = { logId: '63c878c7-3ce2-449c-b996-5f4f93f6bc63', epoch: 1 };

const filesOf = (
  events: ReadonlyArray<LoggedEvent>,
  to = events.length - 1,
  told = options,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from(replayFiles(ids, identity, must(replayLog(logOf(events), to)), told), ({ name, text }) => [
      name,
      text,
    ]),
  );

/** As `beginning`, with the node in the life that its stream names. */
const begun = beginning.map(
  (told): Told =>
    told[1].type === 'NodeJoined' ? cluster(joined('node-1', '10.10.0.1', incarnation)) : told,
);

/** One pod of both families, one reserved, one gone. */
const story = written(
  ...begun,
  cluster(leased('node-1', 'fd00:244::/64')),
  host({ ...leaseObserved, subnets: [cidr('10.244.0.0/24'), cidr('fd00:244::/64')], clusterRevision: 3 }),
  host(
    podAdded('c1', '10.244.0.2', {
      addresses: [
        { address: ip('10.244.0.2'), choice: { by: 'policy', policy: 'next-free/1' } },
        { address: ip('fd00:244::2'), choice: { by: 'requested' } },
      ],
      pod: { namespace: 'default', name: 'web-0', uid: 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e' },
      commandId: '11111111-1111-5111-8111-111111111111',
    }),
  ),
  host(podWired('c1')),
  host(podAdded('c2', '10.244.0.3')),
  host(podAdded('c3', '10.244.0.4')),
  host(podDeleted('c3', '10.244.0.4')),
);

const golden = join(import.meta.dirname, '../../golden/replay-v1.json');

test("a VLAN's gateway, its settings and the host's routes follow from the log, where a pod is in one", (t) => {
  const vlan = { vlan: 100, commandId: '11111111-1111-5111-8111-111111111112' };
  const inVlan = filesOf(
    written(
      ...begun,
      host({ ...leaseObserved, subnets: [cidr('10.244.0.0/24'), cidr('fd00:244::/64')], clusterRevision: 2 }),
      host(podAdded('c1', '10.244.0.2', vlan)),
      host(podWired('c1')),
    ),
  );
  const [name = ''] = Object.keys(inVlan).filter((file) => file.startsWith('hosts/'));
  const made = JSON.parse(inVlan[name] ?? '{}');
  t.deepEqual(made.vlans, [
    {
      vlan: 100,
      port: {
        bridge: 'evio0',
        name: 'evio0.100',
        protected: false,
        vlan: 100,
        internal: { mac: '0a:58:0a:f4:00:01', mtu: 1410 },
        externalIds: { 'gateway-of-vlan': '100', mac: '0a:58:0a:f4:00:01', mtu: '1410' },
      },
      gateway: { name: 'evio0.100', addresses: ['10.244.0.1/32', 'fd00:244::1/128'], mtu: 1410 },
      settings: [
        { path: 'ipv4/conf/evio0.100/send_redirects', value: '0' },
        { path: 'ipv4/conf/evio0.100/rp_filter', value: '2' },
        { path: 'ipv6/conf/evio0.100/accept_ra', value: '0' },
      ],
    },
  ]);
  t.like(made.pods[0], {
    hostRoutes: [{ address: '10.244.0.2', device: 'evio0.100' }],
    port: { vlan: 100 },
  });
  t.is(made.pods[0].port.externalIds.vlan, '100');
});

test('with anti-spoofing the ports are guarded, and nothing else differs', (t) => {
  const guarded = filesOf(story, story.length - 1, { ...options, antiSpoofing: true });
  const key = '"guarded":true,';
  const without = Object.entries(guarded).map(([name, text]) => [name, text.replaceAll(key, '')]);
  t.deepEqual(Object.fromEntries(without), filesOf(story));
  t.is(Object.values(guarded).join('').split(key).length, 2, 'for the one pod that is attached');
});

test('the derived state of a small cluster, byte for byte', (t) => {
  t.deepEqual(filesOf(story), JSON.parse(readFileSync(golden, 'utf8')));
});

test('at an earlier position it is what it was then', (t) => {
  const early = filesOf(story, 5);
  t.is(early['replay.json'], '{"epoch":1,"logId":"63c878c7-3ce2-449c-b996-5f4f93f6bc63","position":5}\n');
  t.is(early['allocations.json'], '[]\n');
  t.deepEqual(early, filesOf(story.slice(0, 6)));
  t.deepEqual(Object.keys(filesOf(story, -1)), ['replay.json', 'leases.json', 'allocations.json']);
});

test('a host that gave its lease back should have nothing', (t) => {
  const given = written(
    ...begun,
    host({ type: 'LeaseSurrendered', subnets: [cidr('10.244.0.0/24')], leaving: false }),
  );
  const stream = given[1]?.stream;
  t.is(
    filesOf(given)[`hosts/node-1.${stream?.split(':')[2]}.json`],
    `{"member":true,"stream":"${stream}"}\n`,
  );
});

test('the same log gives the same files, whatever the order of its maps', (t) => {
  const busy = generatedLog('nodes=15,events=3000,seed=4');
  const files = filesOf(busy);
  t.deepEqual(filesOf(busy), files);
  for (const [name, text] of Object.entries(files)) {
    t.true(text.endsWith('\n'), name);
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([key, member]) => [key, sorted(member)]),
            )
          : value;
    t.is(`${JSON.stringify(sorted(JSON.parse(text)))}\n`, text, name);
  }
});

test('a redacted log replays to the same bytes but for the names', (t) => {
  const whole = generatedLog('nodes=4,events=400,seed=9');
  const naming = whole.filter(({ payload }) => payload.includes('"pod"')).map(({ position }) => position);
  const redacted = redactedLog(whole, naming);
  const nameless = (text = ''): string => text.replace(/"pod":\{[^}]*\},/g, '');
  const [before, after] = [filesOf(whole), filesOf(redacted)];
  t.true(before['allocations.json']?.includes('"pod"'));
  t.deepEqual(Object.keys(after), Object.keys(before));
  for (const [name, text] of Object.entries(after))
    if (name !== 'replay.json') t.is(text, nameless(before[name]), name);
});

test('what is in no stream of a cluster or a host changes nothing of it', (t) => {
  const whole = generatedLog('nodes=4,events=400,seed=9');
  const [one] = whole;
  if (one === undefined) return t.fail();
  const others = ['orders', '$$orders', 'evio-log'].map((stream, index) => ({
    ...one,
    stream,
    type: 'OrderPlaced',
    payload: '{"data":"{}"}',
    position: whole.length + index,
  }));
  const [before, after] = [filesOf(whole), filesOf([...whole, ...others])];
  t.deepEqual({ ...after, 'replay.json': '' }, { ...before, 'replay.json': '' });
});
