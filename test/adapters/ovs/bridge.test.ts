import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSwitch, type SwitchOptions } from '../../../adapters/ovs/open.ts';
import type { Bridge } from '../../../domain/port/switch.ts';
import { makeNetns } from '../../support/netns.ts';
import { startOvs } from '../../support/ovs.ts';

const bridge: Bridge = { name: 'evio0', datapathType: 'netdev', hwaddr: '0a:58:0a:f4:00:01', mtu: 1380 };
const done = E.right(undefined);

const setUp = async (t: ExecutionContext) => {
  const host = await makeNetns('bridge');
  t.teardown(host.remove);
  const ovs = await startOvs(host);
  t.teardown(ovs.stop);
  const open = (options: Omit<SwitchOptions, 'socketPath'> = {}) => {
    const opened = openSwitch({ socketPath: ovs.socketPath, ...options });
    t.teardown(opened.close);
    return opened;
  };
  const column = async (table: string, name: string) =>
    (await ovs.vsctl('get', table, 'evio0', name)).trim().replaceAll('"', '');
  return { host, ovs, open, column };
};

const described = {
  datapath_type: 'netdev',
  fail_mode: 'standalone',
  mcast_snooping_enable: 'true',
  other_config: '{hwaddr=0a:58:0a:f4:00:01, mcast-snooping-disable-flood-unregistered=false}',
  external_ids: '{owner=evio-ledger}',
};

test('the bridge is made exactly as described, and the kernel has its link on return', async (t) => {
  const { host, open, column } = await setUp(t);
  t.deepEqual(await open().ensureBridge(bridge)(), done);
  const link = await host.exec('ip', '-o', 'link', 'show', 'dev', 'evio0');
  t.regex(link, /mtu 1380 .*link\/ether 0a:58:0a:f4:00:01/);
  for (const [name, value] of Object.entries(described)) t.is(await column('Bridge', name), value, name);
  t.is(await column('Port', 'other_config'), '{mcast-snooping-flood=true}');
  t.is(await column('Interface', 'type'), 'internal');
  t.is(await column('Interface', 'mtu_request'), '1380');
  t.is(await column('Interface', 'ofport'), '65534');
});

test('50 concurrent first callers all succeed and one bridge is made', async (t) => {
  const { ovs, open } = await setUp(t);
  const opened = open();
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => opened.ensureBridge(bridge)()));
  t.deepEqual(outcomes, Array(50).fill(done));
  t.is((await ovs.vsctl('--bare', '--columns=name', 'list', 'Bridge')).trim(), 'evio0');
});

test('adapters and ovs-vsctl that make the bridge at the same time all succeed', async (t) => {
  const { ovs, open } = await setUp(t);
  const adapters = Array.from({ length: 8 }, () => open());
  await Promise.all(adapters.map((each) => each.bridges()()));
  const byOther = ovs.vsctl(
    '--may-exist',
    'add-br',
    'evio0',
    '--',
    'set',
    'Bridge',
    'evio0',
    'datapath_type=netdev',
  );
  const outcomes = await Promise.all([...adapters, ...adapters].map((each) => each.ensureBridge(bridge)()));
  await byOther;
  t.deepEqual(outcomes, Array(16).fill(done));
  t.is((await ovs.vsctl('--bare', '--columns=name', 'list', 'Bridge')).trim(), 'evio0');
});

test('an existing bridge gets our columns and keeps its ports, other keys and the lack of our mark', async (t) => {
  const { host, ovs, open, column } = await setUp(t);
  await ovs.vsctl('add-br', 'evio0', '--', 'set', 'Bridge', 'evio0', 'datapath_type=netdev');
  await ovs.vsctl('set', 'Bridge', 'evio0', 'fail_mode=secure', 'other_config:hwaddr="0a:00:00:00:00:09"');
  await ovs.vsctl('set', 'Bridge', 'evio0', 'other_config:mac-aging-time=77', 'external_ids:theirs=yes');
  await ovs.vsctl('add-port', 'evio0', 'theirs', '--', 'set', 'Interface', 'theirs', 'type=internal');
  await ovs.vsctl(
    'add-port',
    'evio0',
    'patch',
    '--',
    'set',
    'Interface',
    'patch',
    'type=patch',
    'options:peer=x',
  );
  const theirs = () =>
    ovs.vsctl('--columns=_uuid,name,interfaces,protected,external_ids', 'list', 'Port', 'theirs', 'patch');
  const before = await theirs();
  t.deepEqual(await open().ensureBridge(bridge)(), done);
  t.is(await theirs(), before);
  t.is(await column('Bridge', 'external_ids'), '{theirs=yes}');
  t.is(
    await column('Bridge', 'other_config'),
    '{hwaddr=0a:58:0a:f4:00:01, mac-aging-time=77, mcast-snooping-disable-flood-unregistered=false}',
  );
  t.is(await column('Bridge', 'fail_mode'), 'standalone');
  t.is(await column('Bridge', 'mcast_snooping_enable'), 'true');
  t.is(await column('Port', 'other_config'), '{mcast-snooping-flood=true}');
  t.regex(await host.exec('ip', '-o', 'link', 'show', 'dev', 'evio0'), /mtu 1380 .*0a:58:0a:f4:00:01/);
});

test('a bridge that is right already is not written again', async (t) => {
  const { open, ovs } = await setUp(t);
  const opened = open();
  await opened.ensureBridge(bridge)();
  const asked = () => ovs.vsctl('--no-wait', 'get', 'Open_vSwitch', '.', 'next_cfg');
  const before = await asked();
  t.deepEqual(await opened.ensureBridge(bridge)(), done);
  t.is(await asked(), before);
});

test('without ovs-vswitchd the failure says so, also for a bridge left from before', async (t) => {
  const { open, ovs } = await setUp(t);
  await open().ensureBridge(bridge)();
  await ovs.killSwitchd();
  const opened = open({ bridgeTimeoutMs: 200 });
  const reason = 'ovs-vswitchd has not applied it within 200 ms: is it running?';
  const failure = E.left({ type: 'bridge-failed', bridge: 'evio0', reason });
  t.deepEqual(await opened.ensureBridge(bridge)(), failure);
  await ovs.startSwitchd();
  t.deepEqual(await open().ensureBridge(bridge)(), done);
});

test('a bridge that ovs-vswitchd cannot make is a failure with its reason', async (t) => {
  const { host, open } = await setUp(t);
  await host.exec('ip', 'link', 'add', 'evio0', 'type', 'veth', 'peer', 'name', 'other');
  const outcome = await open({ bridgeTimeoutMs: 2_000 }).ensureBridge(bridge)();
  t.true(E.isLeft(outcome) && outcome.left.type === 'bridge-failed');
  t.regex(JSON.stringify(outcome), /evio0.*(exists|busy|could not)/i);
});

test('a bridge that somebody deletes is seen by onChange, and is made again', async (t) => {
  const { open, ovs } = await setUp(t);
  const opened = open();
  await opened.ensureBridge(bridge)();
  t.deepEqual(await opened.bridges()(), E.right(['evio0']));
  const gone = Promise.withResolvers<void>();
  opened.onChange(async () => {
    const bridges = await opened.bridges()();
    if (E.isRight(bridges) && bridges.right.length === 0) gone.resolve();
  });
  await ovs.vsctl('del-br', 'evio0');
  await gone.promise;
  t.deepEqual(await opened.ensureBridge(bridge)(), done);
  t.deepEqual(await opened.bridges()(), E.right(['evio0']));
});
