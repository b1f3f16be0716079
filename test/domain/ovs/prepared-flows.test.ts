import test from 'ava';
import { sharedCookie } from '../../../domain/ovs/cookie.ts';
import { broadcastChange, preparedFlows } from '../../../domain/ovs/prepared-flows.ts';

const one = { hostIfname: 'evio0123456789a', mac: '06:12:34:56:78:9a', ofport: 7 };
const other = { hostIfname: 'evio00000000bbb', mac: '06:00:00:00:0b:bb', ofport: 3 };
const udp = { ethType: 0x0800, ipProto: 17 } as const;
const broadcast = 'ff:ff:ff:ff:ff:ff';

const flowsOfOne = [
  { cookie: 'e71060123456789a', priority: 65_000, match: { inPort: 7 }, output: 'drop' },
  {
    cookie: 'e71060123456789a',
    priority: 65_100,
    match: {
      ...udp,
      inPort: 7,
      ethSrc: one.mac,
      ethDst: broadcast,
      untagged: true,
      ipv4Src: '0.0.0.0',
      ipv4Dst: '255.255.255.255',
      udpSrc: 68,
      udpDst: 67,
    },
    output: 'local',
  },
  {
    cookie: 'e71060123456789a',
    priority: 65_000,
    match: { ...udp, inPort: 'local', ethDst: one.mac, udpDst: 68 },
    output: 7,
  },
];
const shared = (...ports: ReadonlyArray<number>) => ({
  cookie: sharedCookie,
  priority: 65_000,
  match: { ...udp, inPort: 'local', ethDst: broadcast, udpDst: 68 },
  output: ['normal', ...ports],
});

test('a prepared pod may ask the host for an address and hear the answer, and nothing else', (t) => {
  t.deepEqual(preparedFlows([one]), [...flowsOfOne, shared(7)] as never);
});

test('what the host broadcasts to clients goes to all that ask, by one flow, and where it went before', (t) => {
  const flows = preparedFlows([one, other]);
  t.is(flows.length, 7);
  t.deepEqual(flows.at(-1), shared(3, 7) as never);
  t.deepEqual(broadcastChange([other, one]), { type: 'add', flow: shared(3, 7) } as never);
});

test('with the last of them it goes', (t) => {
  t.deepEqual(broadcastChange([]), { type: 'remove', cookie: sharedCookie });
});

test('one whose port has no number yet has no flows', (t) => {
  t.deepEqual(preparedFlows([{ ...one, ofport: undefined }]), []);
});
