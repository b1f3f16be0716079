import test from 'ava';
import type { Flow, Match } from '../../../domain/ovs/flow.ts';
import { podFlows } from '../../../domain/ovs/pod-flows.ts';
import { ip, podAdded } from '../../support/events.ts';

const hostIfname = 'evio0123456789a';
const cookie = 'e71060123456789a';
const mac = '0a:58:0a:f4:00:02';
const policy = { by: 'policy', policy: 'next-free/1' } as const;
const four = podAdded('c1', '10.244.0.2', { hostIfname });
const six = podAdded('c1', '10.244.0.2', {
  hostIfname,
  addresses: [{ address: ip('fd00:244::2'), choice: policy }],
});
const linkLocal = 'fe80::858:aff:fef4:2';

const flow = (priority: number, match: Match, output: Flow['output']): Flow => ({
  cookie,
  priority,
  match,
  output,
});
const fromPod = { inPort: 7, ethSrc: mac, untagged: true } as const;

test('an IPv4 pod may send from its own MAC and address, to the host only', (t) => {
  const arp = { ...fromPod, ethType: 0x0806, arpSha: mac };
  t.deepEqual(podFlows(four, 7), [
    flow(65_000, { inPort: 7 }, 'drop'),
    flow(65_200, { inPort: 7, ethType: 0x0800, ipProto: 17, udpDst: 68 }, 'drop'),
    flow(65_100, { ...arp, arpSpa: '10.244.0.2' }, 'local'),
    flow(65_100, { ...arp, arpOp: 1, arpSpa: '0.0.0.0', arpTpa: '10.244.0.2' }, 'local'),
    flow(65_100, { ...fromPod, ethType: 0x0800, ipv4Src: '10.244.0.2' }, 'local'),
    flow(65_000, { inPort: 'local', ethDst: mac }, 7),
    flow(65_000, { inPort: 'local', ethType: 0x0806, arpTpa: '10.244.0.2' }, 7),
  ]);
});

const solicitationsAndAdvertisements = (address: string): ReadonlyArray<Flow> => {
  const from = { ...fromPod, ethType: 0x86dd, ipv6Src: address };
  const about = { ...from, ipProto: 58 };
  const none = '00:00:00:00:00:00';
  const probe = { ...about, ipv6Src: '::', icmpv6Type: 135, ndTarget: address, ndSll: none };
  return [
    flow(65_100, from, 'local'),
    flow(65_300, probe, 'local'),
    ...[mac, none].flatMap((linkLayer) => [
      flow(65_300, { ...about, icmpv6Type: 135, ndSll: linkLayer }, 'local'),
      flow(65_300, { ...about, icmpv6Type: 136, ndTarget: address, ndTll: linkLayer }, 'local'),
    ]),
  ];
};

test('an IPv6 pod has its link-local address too, advertises only its own, and is neither router nor DHCP server', (t) => {
  t.deepEqual(podFlows(six, 7), [
    flow(65_000, { inPort: 7 }, 'drop'),
    flow(65_200, { inPort: 7, ethType: 0x86dd, ipProto: 17, udpDst: 546 }, 'drop'),
    ...[133, 134, 135, 136, 137].map((icmpv6Type) =>
      flow(65_200, { inPort: 7, ethType: 0x86dd, ipProto: 58, icmpv6Type }, 'drop'),
    ),
    ...solicitationsAndAdvertisements('fd00:244::2'),
    ...solicitationsAndAdvertisements(linkLocal),
    flow(65_000, { inPort: 'local', ethDst: mac }, 7),
    ...['fd00:244::2', linkLocal].map((ndTarget) =>
      flow(65_000, { inPort: 'local', ethType: 0x86dd, ipProto: 58, icmpv6Type: 135, ndTarget }, 7),
    ),
  ]);
});

test('each address of an attachment is allowed by itself', (t) => {
  const both = podFlows({ ...four, addresses: [...four.addresses, ...six.addresses] }, 7);
  const texts = (flows: ReadonlyArray<Flow>) =>
    [...new Set(flows.map((each) => JSON.stringify(each)))].sort();
  t.deepEqual(texts(both), texts([...podFlows(four, 7), ...podFlows(six, 7)]));
});

test('in whatever moment of their writing a frame comes, no flow allows what a later one forbids', (t) => {
  const flows = podFlows({ ...four, addresses: [...four.addresses, ...six.addresses] }, 7);
  const outputs = flows.filter(({ match }) => match.inPort === 7).map(({ output }) => output);
  t.true(outputs.lastIndexOf('drop') < outputs.indexOf('local'), outputs.join());
});

test('the flows of an attachment differ in match or priority: the switch keeps them all', (t) => {
  const both = podFlows({ ...four, addresses: [...four.addresses, ...six.addresses] }, 7);
  t.is(new Set(both.map(({ priority, match }) => JSON.stringify([priority, match]))).size, both.length);
});

test('a link that we did not name has no flows', (t) => {
  t.deepEqual(podFlows({ ...four, hostIfname: 'veth12345678' }, 7), []);
});

test('a pod whose address was asked for through its interface may ask again, and has the other flows of its kind', (t) => {
  const by = (plugin: string) => ({
    ...four,
    addresses: [{ address: ip('10.244.0.2'), choice: { by: 'delegated', plugin } as const }],
  });
  t.deepEqual(podFlows(by('host-local'), 7), podFlows(four, 7));
  const asks = flow(
    65_100,
    {
      ...fromPod,
      ethType: 0x0800,
      ipProto: 17,
      ethDst: 'ff:ff:ff:ff:ff:ff',
      ipv4Src: '0.0.0.0',
      ipv4Dst: '255.255.255.255',
      udpSrc: 68,
      udpDst: 67,
    },
    'local',
  );
  const flows = podFlows(by('dhcp'), 7);
  t.deepEqual(flows[5], asks);
  t.deepEqual(flows.toSpliced(5, 1), podFlows(four, 7));
});
