import test from 'ava';
import { either as E } from 'fp-ts';
import { types } from '../../../../adapters/ovs/openflow/message.ts';
import { openFlowTable } from '../../../../adapters/ovs/openflow/open.ts';
import type { Flow } from '../../../../domain/ovs/flow.ts';
import { preparedFlows } from '../../../../domain/ovs/prepared-flows.ts';
import { eventually } from '../../../support/node.ts';
import { adding, cookieOf, flowsOf, makeBridge, seen, sorted } from '../../../support/openflow.ts';
import { openWire } from '../../../support/openflow-wire.ts';

const one = flowsOf(1);
const other = flowsOf(2);
const done = E.right(undefined);
const mac = '06:00:00:00:00:01';

test('flows are read as they were written, and counted', async (t) => {
  const { table } = await makeBridge(t);
  t.deepEqual(await table.change(adding([...one, ...other]))(), done);
  t.deepEqual(sorted(await table.flows()()), sorted(seen([...one, ...other])));
  t.deepEqual(sorted(await table.flows(cookieOf(one))()), sorted(seen(one)));
  t.deepEqual(await table.count()(), E.right(one.length + other.length));
});

test('Open vSwitch reads them as they are meant', async (t) => {
  const { table, ofctl } = await makeBridge(t);
  t.deepEqual(await table.change(adding(one))(), done);
  const text = await ofctl('dump-flows');
  for (const words of [
    'cookie=0xe710600000000001, ',
    'priority=65100,ip,in_port=1,vlan_tci=0x0000/0x1fff,dl_src=0a:58:0a:f4:00:02,nw_src=10.244.0.2 actions=LOCAL',
    'priority=65100,arp,in_port=1,vlan_tci=0x0000/0x1fff,dl_src=0a:58:0a:f4:00:02,arp_spa=0.0.0.0,arp_tpa=10.244.0.2,arp_op=1,arp_sha=0a:58:0a:f4:00:02 actions=LOCAL',
    'icmp_type=136,nd_target=fd00:244::2,nd_tll=0a:58:0a:f4:00:02 actions=LOCAL',
    'priority=65200,udp,in_port=1,tp_dst=68 actions=drop',
    'priority=65000,in_port=LOCAL,dl_dst=0a:58:0a:f4:00:02 actions=output:1',
    'priority=65000,in_port=1 actions=drop',
  ])
    t.true(text.includes(words), `${words}\n${text}`);
});

test('what goes to several ports is read as it was written, and means it', async (t) => {
  const { table, ofctl } = await makeBridge(t);
  const prepared = preparedFlows([1, 2].map((n) => ({ hostIfname: `evio0000000000${n}`, mac, ofport: n })));
  t.deepEqual(await table.change(adding(prepared.slice(3)))(), done);
  t.deepEqual(sorted(await table.flows()()), sorted(seen(prepared.slice(3))));
  const text = await ofctl('dump-flows');
  for (const words of [
    `priority=65100,udp,in_port=2,vlan_tci=0x0000/0x1fff,dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,nw_src=0.0.0.0,nw_dst=255.255.255.255,tp_src=68,tp_dst=67 actions=LOCAL`,
    'priority=65000,udp,in_port=LOCAL,dl_dst=ff:ff:ff:ff:ff:ff,tp_dst=68 actions=NORMAL,output:1,output:2',
  ])
    t.true(text.includes(words), `${words}\n${text}`);
});

test('thousands of flows are read in parts and written at once', async (t) => {
  const { table } = await makeBridge(t);
  const many = Array.from({ length: 200 }, (_, index) => flowsOf(index + 1)).flat();
  t.true(many.length > 4_000);
  t.deepEqual(await table.change(adding(many))(), done);
  t.deepEqual(sorted(await table.flows()()), sorted(seen(many)));
});

test('a removal takes one attachment’s flows; what is not ours is neither seen nor touched', async (t) => {
  const { table, ofctl } = await makeBridge(t);
  await ofctl('add-flow', 'cookie=0x17,priority=65000,in_port=1,actions=drop');
  t.deepEqual(await table.change(adding([...one.slice(1), ...other]))(), done);
  t.deepEqual(await table.change([{ type: 'remove', cookie: cookieOf(one) }])(), done);
  t.deepEqual(sorted(await table.flows()()), sorted(seen(other)));
  t.deepEqual(await table.change([{ type: 'remove', cookie: cookieOf(one) }])(), done, 'again');
  const left = await ofctl('dump-flows');
  t.regex(left, /cookie=0x17.*in_port=1 actions=drop/);
  t.regex(left, /priority=0 actions=NORMAL/);
});

test('a flow of ours that somebody changed is seen as one that we do not write', async (t) => {
  const { table, ofctl } = await makeBridge(t);
  t.deepEqual(await table.change(adding(one.slice(0, 1)))(), done);
  const cookie = `cookie=0x${cookieOf(one)}`;
  await ofctl('add-flow', `${cookie},priority=65000,in_port=1,actions=output:2,output:3`);
  await ofctl('add-flow', `${cookie},priority=65001,in_port=1,tcp,tp_dst=1,actions=drop`);
  await ofctl('add-flow', `${cookie},idle_timeout=60,priority=65002,in_port=1,actions=drop`);
  t.deepEqual(await table.flows()(), E.right(Array.from({ length: 3 }, () => ({ cookie: cookieOf(one) }))));
});

test('a refused flow is said, and the rest of the change is made', async (t) => {
  const { table } = await makeBridge(t);
  const [first, second] = one;
  if (first === undefined || second === undefined) throw new Error('there are no flows');
  // A UDP port without UDP: its prerequisite is missing.
  const wrong: Flow = { ...first, match: { inPort: 1, udpDst: 68 } };
  const refused = await table.change(adding([first, wrong, second]))();
  t.deepEqual(refused, E.left({ type: 'flow-refused', reason: 'OpenFlow error BAD_MATCH, code 9' }));
  t.deepEqual(sorted(await table.flows()()), sorted(seen([first, second])));
});

test('it connects again when the switch is back, and says so', async (t) => {
  const { ovs, table } = await makeBridge(t);
  t.deepEqual(await table.change(adding(one))(), done);
  let told = 0;
  table.onChange(() => {
    told += 1;
  });
  await ovs.killSwitchd();
  await eventually('the end is told', async () => (told === 1 ? true : undefined));
  const gone = await table.count()();
  t.true(E.isLeft(gone) && gone.left.type === 'flows-unreachable' && /evio0\.mgmt/.test(gone.left.reason));
  await ovs.startSwitchd();
  await eventually('the beginning is told', async () => (told === 2 ? true : undefined));
  t.deepEqual(await table.flows()(), E.right([]), 'flows die with the daemon');
});

test('a bridge that does not allow OpenFlow 1.3 says what to do', async (t) => {
  const { table } = await makeBridge(t, 'protocols=OpenFlow10');
  const refused = await table.count()();
  t.true(E.isLeft(refused) && /OpenFlow13/.test(refused.left.reason), JSON.stringify(refused));
});

test('what was in flight when the connection ended is asked once more', async (t) => {
  const { socketPath } = await makeBridge(t);
  const wire = await openWire(t, socketPath);
  let cuts = 0;
  wire.onSent((message) => {
    if (message.type === types.flowMod && cuts === 0) {
      cuts += 1;
      wire.cut();
    }
    return message;
  });
  const table = openFlowTable({ socketPath: wire.path });
  t.teardown(table.close);
  t.deepEqual(await table.change(adding(one))(), done);
  t.is(cuts, 1);
  t.deepEqual(sorted(await table.flows()()), sorted(seen(one)));
});
